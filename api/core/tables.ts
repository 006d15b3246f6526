import { stringify } from 'csv-stringify/sync';
import writeExcel from 'write-excel-file/node';

/** Tables for spreadsheets, in which no text can be taken for a formula. */

export const CSV_TYPE = 'text/csv; charset=utf-8';
export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A spreadsheet takes a text that begins like this for a formula (OWASP, "CSV Injection"; the wide forms too). */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

export type Cell = string | number | null;

/**
 * Rows as CSV (RFC 4180). A cell that begins like a formula gets an apostrophe in front, or a spreadsheet would run it;
 * and what follows a bare line feed or carriage return would begin a cell, were it not in quotes.
 */
export const csvText = (rows: Cell[][]): string =>
  stringify(rows, { escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ });

/** Rows as a workbook of Excel. Its texts are texts, and still get the apostrophe: they may be saved as CSV again. */
export function xlsxFile(header: string[], rows: Cell[][]): Promise<Buffer> {
  const cellOf = (value: Cell) => {
    if (value === null) return null;
    return typeof value === 'number'
      ? { type: Number, value }
      : { type: String, value: FORMULA.test(value) ? `'${value}` : value };
  };
  const table = [
    header.map((value) => ({ type: String, value, fontWeight: 'bold' as const })),
    ...rows.map((row) => row.map(cellOf)),
  ];
  return writeExcel(table).toBuffer();
}
