import { en, type ReportsMessages } from './reports.en.ts';
export const de: ReportsMessages = en;
