import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from './config.ts';
import { SLOTS, type Slot } from './contract/keys.ts';
import { createInstance, keyInSlot } from './core/instances.ts';
import { newKey } from './core/keys.ts';
import { ensureMember } from './core/members.ts';
import { DEMO_PEOPLE } from './demo.ts';
import { openEnvironment } from './environment.ts';
import { isDataIn } from './store/open.ts';
import type { InstanceRecord } from './store/store.ts';

const USAGE = `Usage: npm run instance -- <command> [options]

  create --name "IT Help Desk"      make an instance and show its keys; on a laptop for the people of the demo
  list                              show the instances
  keys [--instance ID] [--admin]    show the keys; --admin also makes the administrative key, which changes settings
  regenerate --slot SLOT [--instance ID]
                                    replace the key in a slot: ${SLOTS.join(', ')}

  --instance ID   which instance, by id or name; needed when there are several
  --json          answer as JSON (with npm run --silent, so that npm adds nothing)

The commands work on the data in DATA_DIR, also while the server runs.
`;

/** What was asked for cannot be done, in a sentence for the person at the keyboard. */
class UsageError extends Error {}

async function environment(command: string) {
  const config = readConfig();
  // Looking must not leave a folder behind in which there is nothing.
  if (command !== 'create' && config.COSMOS_ENDPOINT === undefined && !isDataIn(config.DATA_DIR)) {
    throw new UsageError(
      `There is no help desk in ${resolve(config.DATA_DIR)} yet. Start the server for a demo, make one with create, or say with DATA_DIR where the data is.`,
    );
  }
  return { ...(await openEnvironment(config)), isLocal: config.ENTRA_CLIENT_ID === undefined };
}
type Opened = Awaited<ReturnType<typeof environment>>;
type Options = ReturnType<typeof readArguments>['values'];

/** What a command answers: for people as lines, for scripts as JSON. */
interface Report {
  json: unknown;
  lines: string[];
}

const COMMANDS: Record<string, (opened: Opened, options: Options) => Promise<Report>> = {
  create,
  list,
  keys,
  regenerate,
};

async function create(opened: Opened, { name }: Options): Promise<Report> {
  if (!name?.trim()) throw new UsageError('create needs a name: npm run instance -- create --name "IT Help Desk"');
  const { record, keys: made } = await createInstance(opened, { name: name.trim().slice(0, 255) });
  if (opened.isLocal) {
    for (const { role, ...identity } of DEMO_PEOPLE) await ensureMember(opened, record.id, identity, role);
  }
  return {
    json: { id: record.id, name: record.name, keys: made },
    lines: [`${record.name}  ${record.id}`, ...made.map(keyLine)],
  };
}

async function list(opened: Opened): Promise<Report> {
  const instances = await opened.store.registry.instances();
  return {
    json: instances,
    lines:
      instances.length > 0
        ? instances.map(({ id, name }) => `${id}  ${name}`)
        : ['There is no instance yet. Make one with create, or start the server for a demo.'],
  };
}

async function keys(opened: Opened, { instance, admin }: Options): Promise<Report> {
  const { id, name } = await chosen(opened, instance);
  if (admin) await keyInSlot(opened, id, 'administrative');
  const records = await opened.store.registry.keys(id);
  const shown = records.map((record) => ({
    slot: record.slot,
    key: opened.vault.reveal(record),
    readOnly: record.readOnly,
    expiresOn: record.expiresOn,
    lastUsedOn: record.lastUsedOn,
  }));
  return { json: { id, name, keys: shown }, lines: [`${name}  ${id}`, ...shown.map(keyLine)] };
}

async function regenerate(opened: Opened, { instance, slot }: Options): Promise<Report> {
  const wanted = SLOTS.find((one) => one === slot);
  if (!wanted) throw new UsageError(`regenerate needs --slot, one of: ${SLOTS.join(', ')}`);
  const { id, name } = await chosen(opened, instance);
  const records = await opened.store.registry.keys(id);
  const old = records.find((record) => record.slot === wanted);
  const { key, record } = newKey(opened, id, wanted);
  const limits = old && { readOnly: old.readOnly, allowedIps: old.allowedIps };
  await opened.store.registry.putKey({ ...record, ...limits }, old?.version ?? null);
  return {
    json: { id, name, keys: [{ slot: wanted, key }] },
    lines: [`${name}  ${id}`, keyLine({ slot: wanted, key }), 'The key that was in this slot no longer works.'],
  };
}

const keyLine = ({ slot, key }: { slot: Slot; key: string }): string => `  ${slot.padEnd(14)}  ${key}`;

async function chosen(opened: Opened, wanted: string | undefined): Promise<InstanceRecord> {
  const instances = await opened.store.registry.instances();
  const found = wanted === undefined ? instances : instances.filter(({ id, name }) => id === wanted || name === wanted);
  if (found.length === 1) return found[0]!;
  const known = instances.map(({ id, name }) => `  ${id}  ${name}`).join('\n') || '  none yet; make one with create';
  throw new UsageError(
    `${wanted === undefined ? 'Say which instance with --instance' : `There is no single instance ${wanted}`}:\n${known}`,
  );
}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      instance: { type: 'string' },
      slot: { type: 'string' },
      admin: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
}

try {
  const { positionals, values } = readArguments();
  const command = COMMANDS[positionals[0] ?? ''];
  if (values.help) process.stdout.write(USAGE);
  else if (!command) throw new UsageError(USAGE);
  else {
    const opened = await environment(positionals[0]!);
    const { json, lines } = await command(opened, values);
    await opened.store.close();
    process.stdout.write(`${values.json ? JSON.stringify(json, null, 2) : lines.join('\n')}\n`);
  }
} catch (error) {
  const isKnown =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${isKnown ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
