/** Taking a change of the settings back, unless somebody else has changed the same since. */

import { ApiError } from '../../api.ts';
import { reasonOf, tell } from '../../changes.ts';
import type { Messages } from '../../messages/en.ts';
import type { SettingsMessages } from '../../messages/settings.en.ts';
import { fieldNames } from './field-names.ts';

/** Somebody else was quicker: what was to be changed is not what it was. */
export class Overtaken extends Error {}

/** Whether a change failed because of that, as the tab found or the server did. */
export const isOvertaken = (error: unknown): boolean =>
  error instanceof Overtaken || (error instanceof ApiError && error.code === 'precondition_failed');

/** What the bar at the bottom does to take a change back; it says how that went. */
export const undoing = (back: () => Promise<unknown>, m: Messages, t: SettingsMessages) => async (): Promise<void> => {
  try {
    await back();
    tell({ kind: 'done', text: m.notice.undone });
  } catch (error) {
    tell({ kind: 'failed', text: isOvertaken(error) ? t.changedSince : reasonOf(error, m, fieldNames(t)) });
  }
};
