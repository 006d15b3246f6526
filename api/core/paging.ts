import { createHash } from 'node:crypto';
import { failField } from '../contract/errors.ts';
import type { InstanceStore, Kind, Position, Stored } from '../store/store.ts';
import type { Context } from './context.ts';

/** Where the next page begins: after this position, in this segment of an order that is walked in segments. */
export interface Place {
  segment: number;
  position?: Position;
}

/** What a token is bound to: the instance, and everything that makes the list what it is. */
const bound = (ctx: Context, list: unknown, place: string): string =>
  `${ctx.actor.instanceId}\n${createHash('sha256').update(JSON.stringify(list)).digest('base64url')}\n${place}`;

/** The token of the next page: opaque, visible ASCII, signed, good on every node (TW-9). */
export function writeToken(ctx: Context, list: unknown, place: Place): string {
  const text = Buffer.from(JSON.stringify(place)).toString('base64url');
  return `${text}.${ctx.vault.sign('page', bound(ctx, list, text))}`;
}

/** 400 for a token that was not given for this very list. */
export function readToken(ctx: Context, list: unknown, token: string): Place {
  const [text = '', signature = ''] = token.split('.');
  if (!ctx.vault.verify('page', bound(ctx, list, text), signature)) {
    failField(
      'continuationToken',
      'is not from this list: send it with the same key and the same filter, or leave it out',
    );
  }
  return JSON.parse(Buffer.from(text, 'base64url').toString());
}

/** How many documents are read at once. */
const PAGE = 1000;

/** All documents of a kind, for those of which an instance has few. */
export async function allOf<K extends Kind>(instance: InstanceStore, kind: K): Promise<Stored<K>[]> {
  const all: Stored<K>[] = [];
  for (let after: Position | undefined; ; ) {
    const query = { where: { and: [] }, orderBy: 'id', direction: 'ASC' as const, limit: PAGE };
    const { items, next } = await instance.list(kind, { ...query, ...(after && { after }) });
    all.push(...items);
    if (!next) return all;
    after = next;
  }
}
