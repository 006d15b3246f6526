import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, GRACE, succeed } from './reference.ts';

/** What an erased person leaves on the disk. */

let folder: string;
let server: TestServer;
let isOpen: boolean;
let made: TestInstance;
let api: Api;
let admin: Api;
let eve: LocalPerson;
let her: Person;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tickets-'));
  server = await startServer({ databasePath: join(folder, 'tickets.db') });
  isOpen = true;
  made = await server.newInstance();
  api = apiOf(made);
  admin = apiOf(made, 'administrative');
  const mark = randomUUID().slice(0, 13);
  eve = server.newPerson(`Evelyn Q${mark}`);
  await server.join(made.id, eve, 'assignee');
  her = { id: eve.id, name: eve.name, email: eve.email };
});
async function close(): Promise<void> {
  if (isOpen) await server.close();
  isOpen = false;
}
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

/** How often a text is in the files of the database, in either case. */
function inFiles(text: string): number {
  const bytes = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1').toLowerCase())
    .join('');
  return bytes.split(text.toLowerCase()).length - 1;
}
const traced = () => ({ id: inFiles(eve.id), email: inFiles(eve.email), name: inFiles(her.name.split(' ')[1]!) });

/** Tickets that come, grow, change hands and go, so that pages split, free up and are used again. */
async function live(count: number): Promise<Ticket[]> {
  const tickets: Ticket[] = [];
  for (let index = 0; index < count; index++) {
    const isHers = index % 3 === 0;
    const ticket = await api.newTicket({
      title: `Number ${index}`,
      description: 'long '.repeat((index * 37) % 900),
      requestor: isHers ? her : ADA,
      assignee: index % 4 === 0 ? her : GRACE,
      followers: index % 5 === 0 ? [her] : [],
    });
    tickets.push(ticket);
    if (index % 2 === 0) {
      const headers = { 'Idempotency-Key': `key-${index}` };
      await api.post(`/tickets/${ticket.id}/comments`, { comment: `Comment ${index}`, user: her }, headers);
    }
    if (index % 6 === 0) {
      await api.put(`/tickets/${ticket.id}`, { ticket: { requestor: GRACE, description: 'short' }, user: her });
      await api.put(`/tickets/${ticket.id}`, { ticket: { requestor: her, description: 'now '.repeat(1200) } });
    }
    if (index % 10 === 9) await api.delete(`/tickets/${tickets[index - 5]!.id}`);
  }
  return tickets;
}

describe('the files of the database', () => {
  test('hold nothing of who was erased, once they are closed', async () => {
    await live(300);
    expect(Object.values(traced()).every((count) => count > 100)).toBe(true);
    // What goes by itself has gone by the next write.
    succeed(await admin.post(`/people/${eve.id}/erasure`, { confirm: true }));
    await close();
    expect(traced()).toEqual({ id: 0, email: 0, name: 0 });
  });
});

describe('the words of the search', () => {
  const words = (): string[] => {
    const db = new DatabaseSync(join(folder, 'tickets.db'), { readOnly: true });
    const tokens = db.prepare('SELECT token FROM tokens').all() as { token: string }[];
    db.close();
    return tokens.map(({ token }) => token);
  };
  const found = async (word: string): Promise<number> => {
    return succeed(await api.get(`/tickets?search=${word}`)).body.itemCount;
  };

  test('go with the last text that holds them, and come back with the next', async () => {
    const one = await api.newTicket({ title: 'zeppelin over paris' });
    const other = await api.newTicket({ title: 'zeppelin' });
    await api.post(`/tickets/${other.id}/comments`, { comment: 'airship', user: GRACE });
    expect(words()).toEqual(expect.arrayContaining(['zeppelin', 'paris', 'airship']));
    await api.put(`/tickets/${one.id}`, { ticket: { title: 'balloon' } });
    expect(words()).toContain('zeppelin');
    expect(words()).not.toContain('paris');
    expect(await found('zepp')).toBe(1);
    await api.delete(`/tickets/${other.id}`);
    for (const word of ['zeppelin', 'airship']) expect(words()).not.toContain(word);
    expect(await found('zepp')).toBe(0);
    await api.newTicket({ title: 'paris by zeppelin' });
    expect([await found('zepp'), await found('pari'), await found('ball')]).toEqual([1, 1, 1]);
    expect(words().filter((word) => word === 'zeppelin')).toHaveLength(1);
  });

  test('that another process has taken out are not written by their old number', async () => {
    await api.newTicket({ title: 'zeppelin' });
    const last = await api.newTicket({ title: 'dirigible' });
    // Both know the number of the word by now.
    const second = await startServer({ databasePath: join(folder, 'tickets.db') });
    const there = second.environment.store.instance(made.id);
    const stored = (await there.get('ticket', last.id))!;
    await there.commit([{ delete: 'ticket', id: last.id, replaces: stored.version }]);
    await there.commitNumbered((ticketNo) => {
      const id = randomUUID();
      const value = { ...stored.value, id, ticketNo, title: 'gondola' };
      return { changes: [{ put: 'ticket', id, value, replaces: null }], result: undefined };
    });
    await api.newTicket({ title: 'dirigible again' });
    expect([await found('dirig'), await found('gondo'), await found('zepp')]).toEqual([1, 1, 1]);
    await second.close();
  });
});
