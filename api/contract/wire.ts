import { z } from 'zod';

/** The parts of the wire format that every resource shares: people, times, paging, the query parameters of all calls. */

const id = z.string().max(255);

/** A person as Entra ID knows them; for somebody known only by mail, all three hold the address (TW-10). */
export const person = z
  .object({
    id: id.min(1).describe('Entra object id, or the mail address of somebody known only by mail'),
    name: id.describe('Display name'),
    email: id.describe('Mail address'),
  })
  .describe('A person');
export type Person = z.infer<typeof person>;

/** Somebody or nobody: nobody is `{"id":""}`. */
export const assigneeOut = z.union([person, z.object({ id: z.literal('') })]);
export type AssigneeOut = z.infer<typeof assigneeOut>;

/** `null` and `{"id":""}` both unassign. */
export const assigneeIn = z.union([person, z.object({ id: z.literal('') }), z.null()], {
  error: 'expected a person {"id","name","email"}, or null or {"id":""} for nobody',
});

/** An instant in UTC, ISO 8601 with Z; empty when it has not happened. */
export const instant = z.string().describe('UTC instant, ISO 8601 with Z; empty when it has not happened');

/** Hours east of GMT (7, 5.5, -3) or an IANA name (Europe/Berlin). Checked in `core/time.ts`, which knows the zones. */
const timezone = z
  .union([z.number(), z.string().max(64)])
  .describe("The caller's time zone: hours east of GMT (7, 5.5) or an IANA name (Europe/Berlin). Default 0.");

export const commonQuery = { timezone: timezone.optional() };

export const includeQuery = (...names: ('description_HTML' | 'promises' | 'comment_HTML')[]) => ({
  ...commonQuery,
  include: z
    .string()
    .max(255)
    .describe(`Comma list of further fields: ${names.map((name) => `\`${name}\``).join(', ')}`)
    .optional(),
});

export const limit = z.int().min(1).max(1000);
export const offset = z.int().min(0).max(10_000_000);

/** The token of the next page: opaque, visible ASCII, bound to the instance and the filter (TW-9). */
export const continuationTokenHeader = {
  continuationToken: z.string().max(4000).describe('The token of the page before, for the next page').optional(),
};

export const user = person.describe(
  'Who acts. With a key this is recorded as the key claims it and grants nothing; it need not be in your directory.',
);

/** What a list answers beside the envelope. */
export interface Page<T> {
  items: T[];
  /** All matches, not only this page. */
  itemCount: number;
  continuationToken?: string;
}

/** Below this lie all operations. */
export const BASE_PATH = '/ticketing/v1';

/** The `message` of every answer that is no error. */
export const SUCCESS = 'Successfully executed request';
