import type { Indexed } from './kinds.ts';
import type { Scalar, Where } from './store.ts';

/** What a filter sees of one document. */
export interface Row {
  fields: Record<string, Scalar>;
  terms: string[];
}

/** The row of a document, by the declaration of its kind. */
export function rowOf<V, H>(kind: Indexed<V, H>, value: V, hidden?: H): Row {
  const fields: Record<string, Scalar> = {};
  for (const name in kind.fields) fields[name] = kind.fields[name]!(value, hidden);
  for (const name in kind.figures) fields[name] = kind.figures[name]!(value, hidden);
  return { fields, terms: kind.terms?.(value) ?? [] };
}

/** Whether a filter needs the search index, which a row alone cannot answer. */
export const hasWords = (where: Where): boolean =>
  'and' in where
    ? where.and.some(hasWords)
    : 'or' in where
      ? where.or.some(hasWords)
      : 'not' in where
        ? hasWords(where.not)
        : 'words' in where && where.words.length > 0;

/** Whether the filter lets the row through; for filters without words. */
export function matches(where: Where, row: Row): boolean {
  if ('and' in where) return where.and.every((part) => matches(part, row));
  if ('or' in where) return where.or.some((part) => matches(part, row));
  if ('not' in where) return !matches(where.not, row);
  if ('terms' in where) return where.terms.some((term) => row.terms.includes(term));
  if ('words' in where) return where.words.length === 0;
  const value = row.fields[where.field]!;
  if ('in' in where) return where.in.includes(value);
  if ('isNot' in where) return value !== where.isNot;
  if ('contains' in where) return String(value).includes(where.contains);
  if (value === '') return false;
  return (where.from === undefined || value >= where.from) && (where.before === undefined || value < where.before);
}
