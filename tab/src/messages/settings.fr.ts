import { en, type SettingsMessages } from './settings.en.ts';
export const fr: SettingsMessages = en;
