import type { StatementSync } from 'node:sqlite';
import type { Sql } from './sqlite-query.ts';
import { PART_BITS, TICKET_BITS } from './sqlite-schema.ts';

/** In SQL all shifts and bit operations bind alike, so each stands in parentheses. */
const INSTANCE_BITS = TICKET_BITS + PART_BITS;

/** A word that is a part of more tokens than this is looked for in the texts themselves: that is sooner then. */
const MAX_TOKENS = 500;
const MAX_REMEMBERED = 50_000;
/** What the query language of the index cannot carry. */
const UNINDEXED = /[\s\0]/u;

/**
 * The search index. A text is a row of tokens, what stands between blanks; a word without blanks is a part of a text when
 * it is a part of one of its tokens. So there are three tables: `vocabulary` finds the tokens that hold a word (by
 * trigrams, over each token once), `search` the texts that hold one of these tokens, and `texts` is what was indexed.
 * A new text costs a few postings, not one for each of its trigrams. A token that no text holds any more is taken out.
 */
export class SqliteSearch {
  readonly #prepare: (text: string) => StatementSync;
  readonly #tokenIds = new Map<string, number>();
  readonly #answers = new Map<string, number[] | undefined>();
  /** Tokens that a text has lost, which may have been the last one to hold them. */
  readonly #lost = new Set<string>();

  constructor(prepare: (text: string) => StatementSync) {
    this.#prepare = prepare;
  }

  /** Indexes a part of a ticket: 0 is its own text, the others are its comments. Inside a transaction. */
  index(row: number, part: number, isPrivate: boolean, text: string, before = ''): void {
    const address = [row, part * 2 + (isPrivate ? 1 : 0)];
    const tokens = tokensOf(text);
    for (const token of tokensOf(before)) if (!tokens.has(token)) this.#lost.add(token);
    const ids = Array.from(tokens, (token) => this.#tokenId(token)).join(' ');
    this.#prepare(`INSERT OR REPLACE INTO texts (doc, text) VALUES ((? << ${PART_BITS}) | ?, ?)`).run(...address, text);
    this.#prepare(`INSERT OR REPLACE INTO search (rowid, tokens) VALUES ((? << ${PART_BITS}) | ?, ?)`).run(
      ...address,
      ids,
    );
  }

  /** Takes out all parts of a ticket. Inside a transaction. */
  remove(row: number): void {
    const ofTicket = `BETWEEN (? << ${PART_BITS}) AND ((? + 1) << ${PART_BITS}) - 1`;
    const texts = this.#prepare(`SELECT text FROM texts WHERE doc ${ofTicket}`).all(row, row) as { text: string }[];
    for (const { text } of texts) for (const token of tokensOf(text)) this.#lost.add(token);
    this.#prepare(`DELETE FROM search WHERE rowid IN (SELECT doc FROM texts WHERE doc ${ofTicket})`).run(row, row);
    this.#prepare(`DELETE FROM texts WHERE doc ${ofTicket}`).run(row, row);
  }

  /** Takes out the tokens that no text holds any more. At the end of each change, inside its transaction. */
  forgetWords(): void {
    for (const token of this.#lost) {
      const found = this.#prepare('SELECT id FROM tokens WHERE token = ?').get(token) as { id: number } | undefined;
      if (!found || this.#prepare('SELECT 1 FROM search WHERE search MATCH ? LIMIT 1').get(String(found.id))) continue;
      this.#prepare(`INSERT INTO vocabulary (vocabulary, rowid, token) VALUES ('delete', ?, ?)`).run(found.id, token);
      this.#prepare('DELETE FROM tokens WHERE id = ?').run(found.id);
      this.#tokenIds.delete(token);
    }
    this.#lost.clear();
  }

  /**
   * To be called when a transaction was taken back, as the tokens that it made are gone with it; and when another process
   * has written to the file, as it may have taken tokens out.
   */
  forget(): void {
    this.#tokenIds.clear();
    this.#lost.clear();
  }

  /** The tickets of an instance that hold a word, as a condition on their row; asked once for all of them. */
  condition(word: string, instanceNo: number, isPublicOnly = false): Sql {
    const ids = UNINDEXED.test(word) ? undefined : this.#tokensWith(word);
    const ofInstance = `BETWEEN (? << ${INSTANCE_BITS}) AND ((? + 1) << ${INSTANCE_BITS}) - 1`;
    if (ids === undefined) {
      return {
        text: `row IN (SELECT doc >> ${PART_BITS} FROM texts WHERE doc ${ofInstance}${publicOnly('doc', isPublicOnly)} AND instr(text, ?) > 0)`,
        values: [instanceNo, instanceNo, word],
      };
    }
    if (ids.length === 0) return { text: '0', values: [] };
    return {
      text: `row IN (SELECT rowid >> ${PART_BITS} FROM search WHERE search MATCH ? AND rowid ${ofInstance}${publicOnly('rowid', isPublicOnly)})`,
      values: [ids.join(' OR '), instanceNo, instanceNo],
    };
  }

  /** The same, asked for each row by itself: for many matches, of which only the first few in an order are wanted. */
  conditionOfRow(word: string, isPublicOnly = false): Sql {
    const ofRow = `doc BETWEEN (tickets.row << ${PART_BITS}) AND ((tickets.row + 1) << ${PART_BITS}) - 1${publicOnly('doc', isPublicOnly)}`;
    return { text: `EXISTS (SELECT 1 FROM texts WHERE ${ofRow} AND instr(text, ?) > 0)`, values: [word] };
  }

  /** Undefined when there are too many. One page asks twice, for its count and for its rows, in one go. */
  #tokensWith(word: string): number[] | undefined {
    if (this.#answers.size === 0) queueMicrotask(() => this.#answers.clear());
    if (!this.#answers.has(word)) this.#answers.set(word, this.#findTokens(word));
    return this.#answers.get(word);
  }

  #findTokens(word: string): number[] | undefined {
    const limit = MAX_TOKENS + 1;
    const trigrams = someTrigrams(word);
    const found = (
      trigrams.length > 0
        ? this.#prepare(
            `SELECT id FROM vocabulary JOIN tokens ON id = vocabulary.rowid
             WHERE vocabulary MATCH ? AND instr(tokens.token, ?) > 0 LIMIT ?`,
          ).all(trigrams.map((one) => `"${one.replaceAll('"', '""')}"`).join(' AND '), word, limit)
        : this.#prepare('SELECT id FROM tokens WHERE instr(token, ?) > 0 LIMIT ?').all(word, limit)
    ) as { id: number }[];
    return found.length > MAX_TOKENS ? undefined : found.map(({ id }) => id);
  }

  #tokenId(token: string): number {
    const known = this.#tokenIds.get(token);
    if (known !== undefined) return known;
    const found = this.#prepare('SELECT id FROM tokens WHERE token = ?').get(token) as { id: number } | undefined;
    const id = found?.id ?? this.#newToken(token);
    if (this.#tokenIds.size >= MAX_REMEMBERED) this.#tokenIds.clear();
    this.#tokenIds.set(token, id);
    return id;
  }

  #newToken(token: string): number {
    const { id } = this.#prepare('INSERT INTO tokens (token) VALUES (?) RETURNING id').get(token) as { id: number };
    this.#prepare('INSERT INTO vocabulary (rowid, token) VALUES (?, ?)').run(id, token);
    return id;
  }
}

/** What stands between blanks, each once. */
const tokensOf = (text: string): Set<string> => new Set(text.split(/\s+/u).filter(Boolean));

/** The lowest bit of an address says whether the text is private. */
const publicOnly = (address: string, isPublicOnly: boolean): string =>
  isPublicOnly ? ` AND (${address} & 1) = 0` : '';

/** Three trigrams of a word leave so few tokens that comparing those costs less than looking up the other trigrams. */
function someTrigrams(word: string): string[] {
  const signs = [...word];
  const last = signs.length - 3;
  if (last < 0) return [];
  const starts = new Set([0, Math.floor(last / 2), last]);
  return Array.from(starts, (start) => signs.slice(start, start + 3).join(''));
}
