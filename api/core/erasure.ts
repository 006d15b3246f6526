import type { Erasure, Traces } from '../contract/erasure.ts';
import { fail } from '../contract/errors.ts';
import type { Input } from '../contract/operations.ts';
import type { Context, ItemResult } from './context.ts';

export async function getTraces(_ctx: Context, _input: Input<'getTraces'>): Promise<ItemResult<Traces>> {
  return fail('not_found', 'Nobody is known here by this id.');
}
export async function erasePerson(_ctx: Context, _input: Input<'erasePerson'>): Promise<ItemResult<Erasure>> {
  return fail('not_found', 'Nobody is known here by this id.');
}
