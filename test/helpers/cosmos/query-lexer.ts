import { syntaxError } from './wire.ts';

/**
 * The words of a query. "Constants", "Keywords" and "Identifiers" of the query reference,
 * https://learn.microsoft.com/azure/cosmos-db/nosql/query/
 */

export interface Token {
  kind: 'word' | 'number' | 'text' | 'parameter' | 'symbol' | 'end';
  /** As it stands in the query; of a text its value. */
  text: string;
  start: number;
  end: number;
}

/** Words that the grammar of the service keeps for itself: a property of such a name is written c["order"]. */
const KEYWORDS = new Set(
  (
    'AND ARRAY AS ASC BETWEEN BY DESC DISTINCT ESCAPE EXISTS FALSE FROM GROUP IN JOIN LIKE LIMIT NOT NULL OFFSET OR ' +
    'ORDER SELECT TOP TRUE UDF UNDEFINED VALUE WHERE'
  ).split(' '),
);

export const isKeyword = (word: string): boolean => KEYWORDS.has(word.toUpperCase());

const PATTERN = new RegExp(
  [
    /(?<space>\s+|--[^\n]*)/,
    /(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/,
    /(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/,
    /(?<parameter>@\w+)/,
    /(?<word>[\p{L}_][\p{L}\p{N}_]*)/u,
    /(?<symbol><=|>=|<>|!=|\|\||\?\?|[()[\]{},.:*=<>+\-/%?&|^~])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'suy',
);

/** Both kinds of quotes enclose a text, with the escapes of JSON and of the quotes. */
function unquote(literal: string, start: number): string {
  const inner = literal
    .slice(1, -1)
    .replaceAll(/\\.|"/gsu, (part) => (part === "\\'" ? "'" : part === '"' ? '\\"' : part))
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    throw syntaxError('Syntax error, invalid string literal token.', start, start + literal.length, 'SC1012');
  }
}

export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < query.length) {
    PATTERN.lastIndex = position;
    const match = PATTERN.exec(query);
    const groups = match?.groups;
    if (!match || !groups) {
      throw syntaxError(`Syntax error, invalid token '${query[position]}'.`, position, position + 1, 'SC1010');
    }
    const [found] = match;
    const end = position + found.length;
    const kind = (['number', 'text', 'parameter', 'word', 'symbol'] as const).find(
      (name) => groups[name] !== undefined,
    );
    if (kind) tokens.push({ kind, text: kind === 'text' ? unquote(found, position) : found, start: position, end });
    position = end;
  }
  tokens.push({ kind: 'end', text: '', start: position, end: position });
  return tokens;
}
