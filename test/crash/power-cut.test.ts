import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { openSqlite } from '../../api/store/sqlite.ts';
import { randomNumbers } from '../bench/words.ts';
import { Disk, type Note, readNotes } from './disk.ts';
import { startServerProcess } from './server-process.ts';
import { newInstance } from './storm.ts';

const SEED = Number(process.env.CRASH_SEED ?? 20260131);
const WRITERS = 16;
const REQUESTS = 400;
const POWER_CUTS = 60;

/** Looking over the server's shoulder needs both. */
const isPossible = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

if (!isPossible) process.stderr.write('POWER CUT: needs Linux and a C compiler, its cases are not run\n');

/** Creates tickets and comments through a server whose writes are noted, and kills it. */
async function record(folder: string, data: string, key: string): Promise<Note[]> {
  const library = join(folder, 'power-cut.so');
  const source = fileURLToPath(new URL('./power-cut.c', import.meta.url));
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl', '-pthread']);
  const trace = join(folder, 'trace');
  const server = await startServerProcess(data, join(folder, 'server.log'), {
    settings: { LD_PRELOAD: library, POWER_CUT_TRACE: trace, LOG_LEVEL: 'warn' },
  });
  let requests = 0;
  const write = async () => {
    let ticketId = '';
    while (requests < REQUESTS) {
      const word = `word${++requests}`;
      const requestor = { id: word, name: word, email: `${word}@contoso.com` };
      const isTicket = ticketId === '' || requests % 2 === 0;
      const path = isTicket ? '/tickets' : `/tickets/${ticketId}/comments`;
      const response = await fetch(`${server.url}${BASE_PATH}${path}?key=${key}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(isTicket ? { ticket: { title: word, requestor } } : { comment: word }),
      });
      const { item } = (await response.json()) as { item: { id: string } };
      if (isTicket) ticketId = item.id;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  await server.end('SIGKILL');
  return readNotes(readFileSync(trace));
}

/** The document that an answer acknowledges, if it does. */
function acknowledged(answer: string): { kind: 'ticket' | 'activity'; id: string } | undefined {
  if (!answer.startsWith('HTTP/1.1 201 ')) return undefined;
  const { item } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
  return { kind: 'ticketId' in item ? 'activity' : 'ticket', id: item.id };
}

(isPossible ? describe : describe.skip)('a power cut, on Linux with a C compiler', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickets-power-cut-'));
  const data = join(folder, 'data');
  let instanceId: string;
  let before: Buffer;
  let notes: Note[];

  beforeAll(async () => {
    mkdirSync(data);
    const made = await newInstance(data);
    instanceId = made.instanceId;
    before = readFileSync(join(data, 'tickets.db'));
    notes = await record(folder, data, made.key);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('everything that matters was noted', () => {
    const answers = notes.filter((note) => note.kind === 'answer' && acknowledged(note.text));
    expect(answers).toHaveLength(REQUESTS);
    const synced = new Set(notes.map((note) => (note.kind === 'sync' ? note.name : '')));
    // The log of changes, and the database itself when that log was carried over.
    expect([...synced]).toEqual(expect.arrayContaining(['tickets.db-wal', 'tickets.db']));
  });

  test('loses no acknowledged ticket or comment, whichever of the unsynced sectors reached the disk', async () => {
    const random = randomNumbers(SEED);
    const cuts = new Set(Array.from({ length: POWER_CUTS }, () => Math.floor(random() * notes.length)));
    const disk = new Disk({ 'tickets.db': before });
    const promised: NonNullable<ReturnType<typeof acknowledged>>[] = [];
    const lost: string[] = [];
    for (const [index, note] of notes.entries()) {
      if (note.kind !== 'answer') disk.add(note);
      else promised.push(...[acknowledged(note.text)].filter((document) => document !== undefined));
      if (!cuts.has(index)) continue;
      const share = Math.floor(random() * 3) / 2;
      const after = join(folder, `cut-${index}`);
      mkdirSync(after);
      for (const [name, content] of disk.afterPowerCut(() => random() < share)) {
        writeFileSync(join(after, name), content);
      }
      const store = openSqlite(join(after, 'tickets.db'), () => new Date());
      const instance = store.instance(instanceId);
      for (const { kind, id } of promised) {
        if (!(await instance.get(kind, id))) lost.push(`${kind} ${id}, when ${share} of the unsynced sectors survived`);
      }
      await store.close();
      rmSync(after, { recursive: true });
    }
    expect(lost).toEqual([]);
  });
});
