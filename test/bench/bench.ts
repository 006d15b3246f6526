import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../../api/config.ts';
import { createClient } from '../../api/contract/client.ts';
import { createInstance } from '../../api/core/instances.ts';
import { openEnvironment } from '../../api/environment.ts';
import { type ServerProcess, startServerProcess } from '../crash/server-process.ts';
import { record, startBareHttp } from './bare-http.ts';
import { type Rates, startDriver } from './driver.ts';
import { type Loaded, load } from './load.ts';
import { httpCall, MEASURED, type Measured, type Subject } from './operations.ts';
import { startRawLoop } from './raw-loop.ts';
import { goalTable, type ResultRow, resultRow, resultTable, tabTable } from './report.ts';
import { measureTab } from './tab.ts';
import { randomNumbers } from './words.ts';

const USAGE = `Usage: npm run bench -- [options]

Measures the server on a file of its own, beside a bare HTTP server and a bare SQLite loop, and the tab in a browser.

  --tickets 10000,200000   numbers of tickets, one after the other in the same store
  --seconds 5              length of each run
  --rounds 3               runs of each, of which the median counts
  --only "create,comment"  only these operations; "tab" is the tab, always with 20000 tickets
  --folder FOLDER          where the data goes while it runs; default the folder for temporary files
  --profile FOLDER         writes a CPU profile of the server there
`;

const CONNECTIONS = [1, 16];
const WARM_UP_SECONDS = 1;

interface Options {
  sizes: number[];
  seconds: number;
  rounds: number;
  measured: Measured[];
  hasTab: boolean;
  parent: string;
  profile: string | undefined;
}

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      tickets: { type: 'string', default: '10000,200000' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      folder: { type: 'string', default: tmpdir() },
      profile: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const only = values.only?.split(',');
  return {
    sizes: values.tickets.split(',').map(Number),
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    measured: MEASURED.filter(({ name }) => !only || only.includes(name)),
    hasTab: !only || only.includes('tab'),
    parent: values.folder,
    profile: values.profile,
  };
}

/** The data that is measured, and what is known of it. */
interface Data {
  folder: string;
  instanceId: string;
  key: string;
  loaded: Loaded;
}

async function newData(folder: string): Promise<Data> {
  const environment = await openEnvironment(readConfig({ DATA_DIR: folder }));
  const { record: instance, keys } = await createInstance(environment, { name: 'Bench' });
  await environment.store.close();
  const key = keys.find(({ slot }) => slot === 'primary')!.key;
  return { folder, instanceId: instance.id, key, loaded: { ids: [], rareNames: [], rareCodes: [] } };
}

/** Loads until there are so many tickets. */
async function fill(data: Data, tickets: number, last: number): Promise<void> {
  const environment = await openEnvironment(readConfig({ DATA_DIR: data.folder }));
  const instance = environment.store.instance(data.instanceId);
  const there = await instance.count('ticket', { and: [] });
  const { ids, rareNames, rareCodes } = await load(instance, there, tickets, last);
  await environment.store.close();
  data.loaded = {
    ids: [...data.loaded.ids, ...ids],
    rareNames: [...data.loaded.rareNames, ...rareNames],
    rareCodes: [...data.loaded.rareCodes, ...rareCodes],
  };
}

function memoryOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

type Helpers = Record<'driver', ReturnType<typeof startDriver>> &
  Record<'bareHttp', ReturnType<typeof startBareHttp>> &
  Record<'rawLoop', ReturnType<typeof startRawLoop>>;

/** Measures one operation: baseline, product, baseline, product, and so on. */
async function measure(
  operation: Measured,
  {
    data,
    copy,
    tickets,
    server,
    helpers,
    options,
  }: {
    data: Data;
    copy: string;
    tickets: number;
    server: ServerProcess;
    helpers: Helpers;
    options: Options;
  },
): Promise<ResultRow[]> {
  const client = createClient({ serverUrl: server.url, key: data.key });
  const subject: Subject = {
    loaded: data.loaded,
    random: randomNumbers(4),
    async inState(status) {
      const { items } = await client('listTickets', { status, select: 'id', limit: 1000 });
      return items.map(({ id }) => id);
    },
  };
  const plan = async () => (await operation.plan(subject)).map((call) => httpCall(call, data.key));
  const first = await record(server.url, (await plan())[0]!);
  if (!operation.isGood(JSON.parse(first.body))) throw new Error(`${operation.name} answers ${first.body}`);

  const product = async (connections: number, seconds: number) =>
    helpers.driver.ask({ url: server.url, calls: await plan(), connections, seconds });
  const baseline = async (connections: number, seconds: number): Promise<number> => {
    if (operation.baseline === 'bare http') {
      const url = await helpers.bareHttp.ask(first);
      return (await helpers.driver.ask({ url, calls: await plan(), connections, seconds })).perSecond;
    }
    const { instanceId, loaded } = data;
    return helpers.rawLoop.ask({ operation: operation.name, seconds, folder: copy, instanceId, loaded });
  };

  const rows: ResultRow[] = [];
  for (const concurrency of CONNECTIONS) {
    const runs: Rates[] = [];
    const baselines: number[] = [];
    if (operation.baseline) await baseline(concurrency, WARM_UP_SECONDS);
    await product(concurrency, WARM_UP_SECONDS);
    for (let round = 0; round < options.rounds; round++) {
      if (operation.baseline) baselines.push(await baseline(concurrency, options.seconds));
      runs.push(await product(concurrency, options.seconds));
    }
    const row = resultRow({ operation: operation.name, tickets, concurrency }, runs, operation.baseline, baselines);
    console.log(JSON.stringify(row));
    rows.push(row);
  }
  return rows;
}

/** Loads, starts a server, measures every operation; answers the rows and the server's memory at the end. */
async function stage(data: Data, tickets: number, options: Options): Promise<{ rows: ResultRow[]; memoryMb: number }> {
  await fill(data, tickets, Math.max(...options.sizes));
  const copy = mkdtempSync(join(options.parent, 'tickets-bench-copy-'));
  copyFileSync(join(data.folder, 'tickets.db'), join(copy, 'tickets.db'));
  const output = join(data.folder, 'server.log');
  const server = await startServerProcess(data.folder, output, {
    nodeOptions: options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [],
  });
  const helpers: Helpers = { driver: startDriver(), bareHttp: startBareHttp(), rawLoop: startRawLoop() };
  try {
    const rows: ResultRow[] = [];
    for (const operation of options.measured) {
      rows.push(...(await measure(operation, { data, copy, tickets, server, helpers, options })));
    }
    return { rows, memoryMb: memoryOf(server.pid) };
  } catch (cause) {
    const end = readFileSync(output, 'utf8').slice(-2000);
    throw new Error(`${(cause as Error).message}\nThe end of what the server printed:\n${end}`, { cause });
  } finally {
    for (const helper of Object.values(helpers)) helper.stop();
    await server.end('SIGTERM');
    rmSync(copy, { recursive: true });
  }
}

async function bench(options: Options): Promise<void> {
  const folder = mkdtempSync(join(options.parent, 'tickets-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.on('SIGINT', () => process.exit(130));
  if (options.profile) mkdirSync(options.profile, { recursive: true });
  console.log(`node ${process.version}, load average ${loadavg()[0]!.toFixed(2)}, data in ${options.parent}`);
  if (options.measured.length > 0) await benchServer(folder, options);
  if (options.hasTab) console.log(`\n${tabTable(await measureTab(folder))}`);
}

async function benchServer(parent: string, options: Options): Promise<void> {
  const folder = join(parent, 'server');
  mkdirSync(folder);
  const data = await newData(folder);
  const rows: ResultRow[] = [];
  let memoryMb = 0;
  for (const tickets of options.sizes.toSorted((left, right) => left - right)) {
    const result = await stage(data, tickets, options);
    rows.push(...result.rows);
    memoryMb = result.memoryMb;
  }
  console.log(`\n${resultTable(rows)}\n\n${goalTable(rows, memoryMb)}`);
}

const options = readOptions();
if (options) await bench(options);
else console.log(USAGE);
