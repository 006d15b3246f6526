import { BlockList, isIP } from 'node:net';
import { fail, failField } from '../contract/errors.ts';
import { type ApiKey, SLOTS, type Slot } from '../contract/keys.ts';
import type { Input } from '../contract/operations.ts';
import type { KeyRecord } from '../store/store.ts';
import { type Context, type Environment, type ItemResult, REPLY_KEPT_MS } from './context.ts';
import type { ListResult } from './ticket-list.ts';
import { instantOf } from './time.ts';
import { ValueView, type View } from './view.ts';

/** The record of a new key for a slot, and the key itself. */
export function newKey(environment: Environment, instanceId: string, slot: Slot): { key: string; record: KeyRecord } {
  const { key, hash, sealed } = environment.vault.newKey(instanceId, slot);
  const createdOn = environment.now().toISOString();
  const limits = { readOnly: false, allowedIps: [], expiresOn: '' };
  return {
    key,
    record: { hash, sealed, instanceId, slot, ...limits, createdOn, lastUsedOn: '', madeBy: '', version: 1 },
  };
}

function keyView(environment: Environment, record: KeyRecord): View<ApiKey> {
  const { slot, readOnly, allowedIps, expiresOn, createdOn, lastUsedOn } = record;
  const key = environment.vault.reveal(record);
  return new ValueView({ slot, key, readOnly, allowedIps, expiresOn, createdOn, lastUsedOn });
}

export async function listKeys(ctx: Context): Promise<ListResult<ApiKey>> {
  const records = await ctx.store.registry.keys(ctx.actor.instanceId);
  return { items: records.map((record) => keyView(ctx, record)), itemCount: records.length };
}

export async function updateKey(ctx: Context, input: Input<'updateKey'>): Promise<ItemResult<ApiKey>> {
  const record = await keyInSlot(ctx, input.slot);
  const next = { ...record };
  if (input.readOnly !== undefined) next.readOnly = input.readOnly;
  if (input.allowedIps !== undefined) {
    allowList(input.allowedIps);
    next.allowedIps = input.allowedIps;
  }
  if (input.expiresOn !== undefined) {
    next.expiresOn = input.expiresOn === null ? '' : instantOf('expiresOn', input.expiresOn, input.timezone);
  }
  await ctx.store.registry.putKey(next, record.version);
  return { item: keyView(ctx, next) };
}

/** A new key in the slot, with the limits of the old one, which stops working in the same step. */
export async function regenerateKey(ctx: Context, input: Input<'regenerateKey'>): Promise<ItemResult<ApiKey>> {
  const record = await keyInSlot(ctx, input.slot);
  // A reply document would hold the key in clear, so the record itself remembers which request made it.
  const madeBy = ctx.idempotency?.id ?? '';
  const isKept = Date.parse(ctx.at) - Date.parse(record.createdOn) < REPLY_KEPT_MS;
  if (madeBy && record.madeBy === madeBy && isKept) return { item: keyView(ctx, record), replayed: true };
  const { readOnly, allowedIps } = record;
  // A new key that is dead at once would help nobody.
  const expiresOn = record.expiresOn > ctx.at ? record.expiresOn : '';
  const next = { ...newKey(ctx, ctx.actor.instanceId, record.slot).record, readOnly, allowedIps, expiresOn, madeBy };
  await ctx.store.registry.putKey(next, record.version);
  return { item: keyView(ctx, next) };
}

async function keyInSlot(ctx: Context, slot: string): Promise<KeyRecord> {
  const records = await ctx.store.registry.keys(ctx.actor.instanceId);
  return records.find((record) => record.slot === slot) ?? fail('not_found', `The slots are: ${SLOTS.join(', ')}.`);
}

/** The addresses of an allow-list; 400 for one that cannot be read. */
export function allowList(entries: string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits, ...rest] = entry.trim().split('/');
    const family = isIP(address);
    const type = family === 6 ? 'ipv6' : 'ipv4';
    const longest = family === 6 ? 128 : 32;
    const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest);
    if (family === 0 || !isRange || rest.length > 0) {
      failField('allowedIps', `${JSON.stringify(entry)} is no address (203.0.113.7) and no range (10.0.0.0/8)`);
    }
    if (bits === undefined) list.addAddress(address, type);
    else list.addSubnet(address, Number(bits), type);
  }
  return list;
}
