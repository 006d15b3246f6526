import { ACTIVITIES } from './activities.ts';
import { ATTACHMENTS } from './attachments.ts';
import { ERASURE } from './erasure.ts';
import { EXPORTS } from './exports.ts';
import { INSTANCE } from './instance.ts';
import { KEYS } from './keys.ts';
import { LIVE } from './live.ts';
import type { InputOf } from './operation.ts';
import { PEOPLE } from './people.ts';
import { REPORTS } from './reports.ts';
import { TAGS } from './tags.ts';
import { TICKETS } from './tickets.ts';
import { VIEWS } from './views.ts';
import type { Page } from './wire.ts';

/** Everything that the product can do. */
export const OPERATIONS = {
  ...TICKETS,
  ...ACTIVITIES,
  ...ATTACHMENTS,
  ...INSTANCE,
  ...TAGS,
  ...KEYS,
  ...PEOPLE,
  ...VIEWS,
  ...LIVE,
  ...REPORTS,
  ...ERASURE,
  ...EXPORTS,
};

export type OperationId = keyof typeof OPERATIONS;
export type Input<Id extends OperationId> = InputOf<(typeof OPERATIONS)[Id]>;

type Value<S> = S extends { _zod: { output: infer T } } ? T : never;
type OutputOf<A> = A extends { kind: 'item'; of: infer S }
  ? { item: Value<S> }
  : A extends { kind: 'list'; of: infer S }
    ? Page<Value<S>>
    : A extends { kind: 'stream' }
      ? string
      : A extends { kind: 'bytes' }
        ? Uint8Array
        : undefined;

/** What a caller reads: `{item}`, a page of items, the text of a stream, bytes, or nothing. */
export type Output<Id extends OperationId> = OutputOf<(typeof OPERATIONS)[Id]['answer']>;

export const operationIds = Object.keys(OPERATIONS) as OperationId[];
