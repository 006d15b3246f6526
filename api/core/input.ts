import type { z } from 'zod';
import { fail } from '../contract/errors.ts';

/** The input as the contract says it must be; 400 that names every field which is not. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({ field: issue.path.join('.'), message: messageOf(issue) }));
  const detail = errors.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ');
  return fail('invalid_input', detail.slice(0, 2000), { errors: errors.slice(0, 50) });
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is required';
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.join(', ')}`;
  if (issue.code === 'too_big') return `must ${sizeOf(issue, 'at most', issue.maximum)}`;
  if (issue.code === 'too_small') return `must ${sizeOf(issue, 'at least', issue.minimum)}`;
  return issue.message.replace(/^Invalid input: /, '').replace(/^Invalid /, 'not a valid ');
}

const COUNTED: Record<string, string> = { string: 'characters', array: 'items' };

function sizeOf({ origin }: { origin: string }, bound: string, count: number | bigint): string {
  const what = COUNTED[origin];
  return what === undefined ? `be ${bound} ${count}` : `have ${bound} ${count} ${what}`;
}
