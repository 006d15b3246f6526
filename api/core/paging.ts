import { createHash } from 'node:crypto';
import { failField } from '../contract/errors.ts';
import type { Position } from '../store/store.ts';
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
