import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { readConfig } from '../../api/config.ts';
import type { Call, Environment } from '../../api/core/context.ts';
import { invoke } from '../../api/core/invoke.ts';
import { openEnvironment } from '../../api/environment.ts';
import { prepareDatabase } from '../../api/store/sqlite-schema.ts';
import { SqliteSearch } from '../../api/store/sqlite-search.ts';
import { SqliteWriter } from '../../api/store/sqlite-writer.ts';
import type { Change, InstanceStore } from '../../api/store/store.ts';
import { answerQuestions } from './helper-process.ts';
import { MEASURED, type PlannedCall } from './operations.ts';
import type { RawLoopRun } from './raw-loop.ts';
import { randomNumbers } from './words.ts';

/** So many commits are built in advance, outside of the time that is measured. */
const BUILT_AT_ONCE = 100;

interface BuiltCommit {
  changes: Change[];
  isNumbered: boolean;
}

/** The same for every run in this process. */
let opened: Awaited<ReturnType<typeof open>> | undefined;

async function open({ folder, instanceId }: RawLoopRun) {
  const environment = await openEnvironment(readConfig({ DATA_DIR: folder }));
  const database = new DatabaseSync(join(folder, 'tickets.db'));
  prepareDatabase(database);
  const statements = new Map<string, StatementSync>();
  const prepare = (text: string) => {
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  const writer = new SqliteWriter(prepare, new SqliteSearch(prepare), environment.now);
  const { instanceNo } = database.prepare('SELECT instanceNo FROM instances WHERE id = ?').get(instanceId) as {
    instanceNo: number;
  };
  const lastTicketNo = database.prepare('SELECT lastTicketNo AS n FROM instances WHERE instanceNo = ?');
  return {
    environment,
    database,
    writer,
    instanceNo,
    lastTicketNo: () => (lastTicketNo.get(instanceNo) as { n: number }).n,
    random: randomNumbers(3),
  };
}

/** Lets the product itself say what it would commit: its core runs on a store that reads, but only notes what is written. */
async function build(run: RawLoopRun, calls: PlannedCall[]): Promise<BuiltCommit[]> {
  const { environment, lastTicketNo } = opened!;
  const built: BuiltCommit[] = [];
  let ticketNo = lastTicketNo();
  const noting = (instance: InstanceStore): InstanceStore => ({
    ...instance,
    async commit(changes) {
      built.push({ changes, isNumbered: false });
    },
    async commitNumbered(buildWith) {
      const { changes, result } = buildWith(++ticketNo, 0);
      built.push({ changes, isNumbered: true });
      return result;
    },
  });
  const { store } = environment;
  const noted: Environment = {
    ...environment,
    store: { ...store, instance: (id) => noting(store.instance(id)) },
  };
  const call: Call = {
    actor: { instanceId: run.instanceId, role: 'assignee', readOnly: false },
    origin: 'api',
  };
  for (const { id, input } of calls) await invoke(noted, call, id, input);
  return built;
}

/** Writes what was built, each commit by itself; answers how long it took. */
function write(commits: BuiltCommit[]): number {
  const { database, writer, instanceNo } = opened!;
  const begin = performance.now();
  for (const { changes, isNumbered } of commits) {
    database.exec('BEGIN IMMEDIATE');
    if (isNumbered) writer.nextTicketNo(instanceNo);
    writer.apply(instanceNo, changes);
    database.exec('COMMIT');
  }
  return performance.now() - begin;
}

async function inState(run: RawLoopRun, label: string): Promise<string[]> {
  const { items } = await opened!.environment.store.instance(run.instanceId).list('ticket', {
    where: { field: 'statusId', in: [label.toLowerCase()] },
    orderBy: 'createdOn',
    direction: 'DESC',
    limit: 1000,
  });
  return items.map(({ id }) => id);
}

answerQuestions(async (run: RawLoopRun) => {
  opened ??= await open(run);
  const { plan } = MEASURED.find(({ name }) => name === run.operation)!;
  const subject = { loaded: run.loaded, random: opened.random, inState: (label: string) => inState(run, label) };
  let calls: PlannedCall[] = [];
  let [commits, milliseconds] = [0, 0];
  while (milliseconds < run.seconds * 1000) {
    if (calls.length === 0) calls = await plan(subject);
    const built = await build(run, calls.splice(0, BUILT_AT_ONCE));
    milliseconds += write(built);
    commits += built.length;
  }
  return (commits / milliseconds) * 1000;
});
