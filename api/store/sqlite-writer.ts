import type { StatementSync } from 'node:sqlite';
import { fail } from '../contract/errors.ts';
import { rowOf } from './filter.ts';
import { FINISHED_JOBS_KEPT_MS } from './jobs.ts';
import { type Indexed, KINDS } from './kinds.ts';
import type { TicketChange } from './sqlite-counts.ts';
import { TICKET_BITS } from './sqlite-schema.ts';
import type { SqliteSearch } from './sqlite-search.ts';
import type { Change, Hidden, Kind, Value } from './store.ts';

type Put = Extract<Change, { put: Kind }>;

interface Found {
  id: string;
  version: number;
  json: string;
  hidden: string | null;
}

const READ_TICKET = 'SELECT id, version, json, hidden FROM tickets WHERE instanceNo = ? AND id = ?';
const READ_ACTIVITY = 'SELECT id, version, json, hidden FROM activities WHERE instanceNo = ? AND id = ?';
const READ_DOCUMENT = `
  SELECT id, version, json, NULL AS hidden, expiresOn FROM documents WHERE instanceNo = ? AND kind = ? AND id = ?`;

/** The limits of a Cosmos batch, held here too so that what works on one store works on the other. */
const MAX_CHANGES = 100;
const MAX_BYTES = 2 * 1024 * 1024;

/** Between two looks for what has expired. */
const SWEEP_EVERY_MS = 60_000;
const SWEEP_AT_ONCE = 5000;
/** How long events stay for those who follow the changes. */
const EVENTS_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Reads and writes single documents. Every method runs inside a transaction of its caller, but for `read`. */
export class SqliteWriter {
  readonly #prepare: (text: string) => StatementSync;
  readonly #search: SqliteSearch;
  readonly #now: () => Date;
  #sweptAt = 0;
  /** Of the change that is being applied. */
  #bytes = 0;

  constructor(prepare: (text: string) => StatementSync, search: SqliteSearch, now: () => Date) {
    this.#prepare = prepare;
    this.#search = search;
    this.#now = now;
  }

  read(instanceNo: number, kind: Kind, id: string): Found | undefined {
    if (kind === 'ticket') return this.#prepare(READ_TICKET).get(instanceNo, id) as Found | undefined;
    if (kind === 'activity') return this.#prepare(READ_ACTIVITY).get(instanceNo, id) as Found | undefined;
    const found = this.#prepare(READ_DOCUMENT).get(instanceNo, kind, id) as (Found & { expiresOn: string }) | undefined;
    return found && (found.expiresOn === '' || found.expiresOn > this.#now().toISOString()) ? found : undefined;
  }

  nextTicketNo(instanceNo: number): number {
    const row = this.#prepare(
      'UPDATE instances SET lastTicketNo = lastTicketNo + 1 WHERE instanceNo = ? RETURNING lastTicketNo AS n',
    ).get(instanceNo) as { n: number };
    return row.n;
  }

  nextTurn(instanceNo: number, rota: string): number {
    const row = this.#prepare(
      `INSERT INTO rotas (instanceNo, name, lastTurn) VALUES (?, ?, 1)
       ON CONFLICT (instanceNo, name) DO UPDATE SET lastTurn = lastTurn + 1 RETURNING lastTurn AS n`,
    ).get(instanceNo, rota) as { n: number };
    return row.n;
  }

  /** Writes all changes, or throws and leaves it to the caller to take back what was written. */
  apply(instanceNo: number, changes: Change[]): TicketChange[] {
    if (changes.length > MAX_CHANGES)
      fail('payload_too_large', `One change may touch at most ${MAX_CHANGES} documents.`);
    this.#bytes = 0;
    const tickets: TicketChange[] = [];
    for (const change of changes) {
      if ('event' in change) {
        this.#prepare('INSERT INTO events (instanceNo, at, json) VALUES (?, ?, ?)').run(
          instanceNo,
          change.event.at,
          this.#json(change.event),
        );
        continue;
      }
      if ('rewritten' in change) {
        const { rewritten, place } = change;
        this.#prepare('UPDATE events SET json = ? WHERE sequence = ? AND instanceNo = ?').run(
          this.#json(rewritten),
          Number(place),
          instanceNo,
        );
        continue;
      }
      const kind = 'put' in change ? change.put : change.delete;
      const old = this.read(instanceNo, kind, change.id);
      if ((old?.version ?? null) !== change.replaces) {
        fail('conflict', 'This was changed by somebody else at the same moment. Read it again and repeat the change.');
      }
      if (kind === 'ticket') tickets.push(this.#ticket(instanceNo, change as Put & { put: 'ticket' }, old));
      else if ('put' in change && change.put === 'activity') {
        this.#activity(instanceNo, change, old);
        // Moves no row, but what words find.
        tickets.push({ before: null, after: null });
      } else if ('put' in change) this.#document(instanceNo, change);
      else if (kind === 'activity') {
        this.#prepare('DELETE FROM activities WHERE instanceNo = ? AND id = ?').run(instanceNo, change.id);
      } else {
        this.#prepare('DELETE FROM documents WHERE instanceNo = ? AND kind = ? AND id = ?').run(
          instanceNo,
          kind,
          change.id,
        );
      }
    }
    this.#search.forgetWords();
    if (this.#bytes > MAX_BYTES) fail('payload_too_large', 'One change may hold at most 2 MB.');
    return tickets;
  }

  #json(value: unknown): string {
    const text = JSON.stringify(value);
    this.#bytes += Buffer.byteLength(text);
    return text;
  }

  #ticket(
    instanceNo: number,
    change: Extract<Change, { put: 'ticket' }> | { delete: 'ticket'; id: string },
    old: Found | undefined,
  ): TicketChange {
    const oldValue = old && (JSON.parse(old.json) as Value<'ticket'>);
    const oldHidden = old?.hidden ? (JSON.parse(old.hidden) as Hidden<'ticket'>) : undefined;
    const before = oldValue ? rowOf(KINDS.ticket, oldValue, oldHidden) : null;
    if ('delete' in change) {
      const row = ticketRow(instanceNo, oldValue!.ticketNo);
      this.#terms(instanceNo, row, before!.terms, []);
      this.#search.remove(row);
      this.#prepare('DELETE FROM tickets WHERE row = ?').run(row);
      return { before, after: null };
    }

    const { value } = change;
    const row = ticketRow(instanceNo, value.ticketNo);
    const after = rowOf(KINDS.ticket, value, change.hidden);
    // Only what differs is written: SQLite touches the index of every column that a statement names.
    const columns: Record<string, string | number | null> = {};
    for (const name in after.fields) {
      if (before?.fields[name] !== after.fields[name]) columns[name] = after.fields[name]!;
    }
    columns.version = (change.replaces ?? 0) + 1;
    columns.json = this.#json(value);
    const hidden = change.hidden ? this.#json(change.hidden) : null;
    if (hidden !== (old?.hidden ?? null)) columns.hidden = hidden;
    if (before) {
      const set = Object.keys(columns).map((name) => `"${name}" = ?`);
      this.#prepare(`UPDATE tickets SET ${set.join(', ')} WHERE row = ?`).run(...Object.values(columns), row);
    } else {
      Object.assign(columns, { row, instanceNo, id: change.id });
      this.#insert('tickets', columns);
    }
    this.#terms(instanceNo, row, before?.terms ?? [], after.terms);
    const { text } = KINDS.ticket.search!;
    const oldText = oldValue && text(oldValue);
    if (oldText !== text(value)) this.#search.index(row, 0, false, text(value), oldText);
    return { before, after };
  }

  #activity(instanceNo: number, change: Extract<Change, { put: 'activity' }>, old: Found | undefined): void {
    const { value } = change;
    const columns = {
      instanceNo,
      id: change.id,
      version: (change.replaces ?? 0) + 1,
      ...rowOf(KINDS.activity, value, change.hidden).fields,
      json: this.#json(value),
      hidden: change.hidden ? this.#json(change.hidden) : null,
    };
    if (old) this.#prepare('DELETE FROM activities WHERE instanceNo = ? AND id = ?').run(instanceNo, change.id);
    this.#insert('activities', columns);
    const search = (KINDS.activity as Indexed<Value<'activity'>>).search!;
    const text = search.text(value);
    if (old || text === '') return;
    const part = this.#prepare(
      'UPDATE tickets SET parts = parts + 1 WHERE instanceNo = ? AND id = ? RETURNING row, parts',
    ).get(instanceNo, search.ticketId(value)) as { row: number; parts: number } | undefined;
    if (part) this.#search.index(part.row, part.parts, search.isPrivate(value), text);
  }

  #document(instanceNo: number, change: Put): void {
    this.#prepare('DELETE FROM documents WHERE instanceNo = ? AND kind = ? AND id = ?').run(
      instanceNo,
      change.put,
      change.id,
    );
    this.#insert('documents', {
      instanceNo,
      kind: change.put,
      id: change.id,
      version: (change.replaces ?? 0) + 1,
      expiresOn: change.expiresOn ?? '',
      json: this.#json(change.value),
    });
  }

  #insert(table: string, columns: Record<string, string | number | null>): void {
    const names = Object.keys(columns);
    this.#prepare(
      `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ).run(...Object.values(columns));
  }

  #terms(instanceNo: number, row: number, before: string[], after: string[]): void {
    for (const term of before) {
      if (after.includes(term)) continue;
      this.#prepare('DELETE FROM terms WHERE instanceNo = ? AND term = ? AND row = ?').run(instanceNo, term, row);
    }
    for (const term of after) {
      if (before.includes(term)) continue;
      this.#prepare('INSERT INTO terms (instanceNo, term, row) VALUES (?, ?, ?)').run(instanceNo, term, row);
    }
  }

  /** Removes a slice of what has expired, now and then. */
  sweep(): void {
    const now = this.#now();
    if (now.getTime() - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now.getTime();
    this.#prepare(
      `DELETE FROM documents WHERE rowid IN
       (SELECT rowid FROM documents WHERE expiresOn <> '' AND expiresOn <= ? LIMIT ${SWEEP_AT_ONCE})`,
    ).run(now.toISOString());
    this.#prepare(
      `DELETE FROM events WHERE sequence IN (SELECT sequence FROM events WHERE at < ? LIMIT ${SWEEP_AT_ONCE})`,
    ).run(new Date(now.getTime() - EVENTS_KEPT_MS).toISOString());
    this.#prepare(
      `DELETE FROM jobs WHERE rowid IN (SELECT rowid FROM jobs WHERE finishedOn <= ? LIMIT ${SWEEP_AT_ONCE})`,
    ).run(now.getTime() - FINISHED_JOBS_KEPT_MS);
  }
}

/** See `sqlite-schema.ts`; arithmetic instead of bits, for JavaScript's have only 32. */
const ticketRow = (instanceNo: number, ticketNo: number): number => instanceNo * 2 ** TICKET_BITS + ticketNo;
