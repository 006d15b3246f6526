import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openSqlite } from '../../api/store/sqlite.ts';
import { fakeClock } from '../helpers/clock.ts';
import { uuid } from '../helpers/documents.ts';

/** Writes tickets without end, and says of each number that it was committed. */
const WRITER = `
  import { openSqlite } from '${new URL('../../api/store/sqlite.ts', import.meta.url)}';
  import { instanceRecord, ticketDocument, uuid } from '${new URL('../helpers/documents.ts', import.meta.url)}';
  const store = openSqlite(process.argv[1], () => new Date());
  await store.registry.createInstance(instanceRecord(), [], []);
  const instance = store.instance(uuid(1));
  const write = async () => {
    for (;;) {
      const number = await instance.commitNumbered((ticketNo) => ({
        changes: [{ put: 'ticket', id: uuid(ticketNo), value: ticketDocument({ ticketNo }), replaces: null }],
        result: ticketNo,
      }));
      process.stdout.write(number + '\\n');
    }
  };
  await Promise.all([write(), write(), write()]);
`;

test('every ticket whose commit was acknowledged is there after the process was killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickets-'));
  const path = join(folder, 'tickets.db');
  const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of writer.stdout) {
    output += chunk;
    // Some hundred, then without warning. What it wrote until then is still read here.
    if (output.length > 1500) writer.kill('SIGKILL');
  }
  const acknowledged = output.slice(0, output.lastIndexOf('\n')).split('\n').map(Number);
  expect(acknowledged.length).toBeGreaterThan(300);

  const store = openSqlite(path, fakeClock().now);
  const instance = store.instance(uuid(1));
  const lost = [];
  for (const number of acknowledged) if (!(await instance.get('ticket', uuid(number)))) lost.push(number);
  expect(lost).toEqual([]);
  const next = await instance.commitNumbered((number) => ({ changes: [], result: number }));
  expect(next).toBeGreaterThan(Math.max(...acknowledged));
  await store.close();
  rmSync(folder, { recursive: true });
});
