import { en, type ReportsMessages } from './reports.en.ts';
export const fr: ReportsMessages = en;
