import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openSqlite } from '../../api/store/sqlite.ts';
import type { Store } from '../../api/store/store.ts';
import { eventDocument } from '../helpers/documents.ts';
import { newInstance } from '../store/subject.ts';

const PROGRAM = fileURLToPath(new URL('./worker-process.ts', import.meta.url));

/** A process that does jobs. */
class WorkerProcess {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #look: () => void = () => {};

  constructor(path: string, isDoomed = false) {
    const parameters = [PROGRAM, path, ...(isDoomed ? ['doomed'] : [])];
    this.#child = spawn(process.execPath, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#gone = once(this.#child, 'exit');
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.lines.push(line);
      this.#look();
    });
  }

  /** Calls back with each line. */
  follow(look: () => void): void {
    this.#look = look;
    look();
  }

  /** Resolves when it has printed a line that begins so, as often as that. */
  async printed(beginning: string, times = 1): Promise<void> {
    const count = () => this.lines.filter((line) => line.startsWith(beginning)).length;
    await new Promise<void>((resolve) => this.follow(() => count() >= times && resolve()));
  }

  go(): void {
    this.#child.stdin!.write('go\n');
  }

  /** Ends it as an operator does, or as no process wants to end. */
  async end(signal?: 'SIGKILL'): Promise<void> {
    if (signal) this.#child.kill(signal);
    else this.#child.stdin!.end();
    await this.#gone;
  }
}

describe('two processes on one file', () => {
  let folder: string;
  let path: string;
  let store: Store;
  let processes: WorkerProcess[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickets-workers-'));
    path = join(folder, 'tickets.db');
    store = openSqlite(path, () => new Date());
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map((one) => one.end('SIGKILL')));
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function start(...areDoomed: boolean[]): Promise<WorkerProcess[]> {
    processes = areDoomed.map((isDoomed) => new WorkerProcess(path, isDoomed));
    await Promise.all(processes.map((one) => one.printed('ready')));
    return processes;
  }
  const job = (kind: string) => ({
    ...{ id: randomUUID(), kind, instanceId: '', payload: {} },
    dueOn: new Date().toISOString(),
  });
  const done = () => processes.flatMap(({ lines }) => lines.filter((line) => line.startsWith('did ')));

  /** Resolves when all together have done so many jobs. */
  const allDone = (count: number): Promise<void> =>
    new Promise((resolve) => {
      for (const one of processes) one.follow(() => done().length >= count && resolve());
    });

  test('share the work, and each job is done once', async () => {
    const [one, other] = (await start(false, false)) as [WorkerProcess, WorkerProcess];
    await store.jobs.put([job('meet'), job('meet')]);
    await Promise.all([one.printed('met'), other.printed('met')]);
    const jobs = Array.from({ length: 200 }, () => job('work'));
    await store.jobs.put(jobs);
    one.go();
    other.go();
    await allDone(jobs.length);
    await Promise.all([one.end(), other.end()]);
    expect(done().toSorted()).toEqual(jobs.map(({ id }) => `did ${id}`).toSorted());
  });

  test('make of each event a job, whoever wrote it, and do it once', async () => {
    const [one, other] = (await start(false, false)) as [WorkerProcess, WorkerProcess];
    const { instance } = await newInstance(store);
    const ids = Array.from({ length: 50 }, () => randomUUID());
    for (const id of ids) await instance.commit([{ event: eventDocument({ id }) }]);
    await allDone(ids.length);
    await Promise.all([one.end(), other.end()]);
    expect(done().toSorted()).toEqual(ids.map((id) => `did of ${id}`).toSorted());
  });

  test('leave nothing undone of what one of them had in hand when it was killed', async () => {
    const [doomed] = (await start(true)) as [WorkerProcess];
    const jobs = Array.from({ length: 10 }, () => job('work'));
    await store.jobs.put(jobs);
    await doomed.printed('holds', 4);
    await doomed.end('SIGKILL');
    const [survivor] = (await start(false)) as [WorkerProcess];
    await survivor.printed('did', jobs.length);
    await survivor.end();
    expect(survivor.lines.filter((line) => line.startsWith('did')).toSorted()).toEqual(
      jobs.map(({ id }) => `did ${id}`).toSorted(),
    );
  });
});
