import { en, type SettingsMessages } from './settings.en.ts';
export const de: SettingsMessages = en;
