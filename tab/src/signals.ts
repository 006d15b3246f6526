/** What any part of the page can ask the shell to show. */

import { cell } from './store.ts';

/** The dialog for a new ticket, with what is known already. */
export const openCreate = cell<{ title: string } | undefined>(undefined);

/** The box that finds tickets and commands. */
export const isPaletteOpen = cell(false);

/** The list of keys. */
export const areKeysShown = cell(false);

/** Whether the server can be heard. */
export const isLive = cell<'connecting' | 'live' | 'offline'>('connecting');
