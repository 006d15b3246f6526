import { fail } from '../contract/errors.ts';
import { COLLECTIONS, type Collection } from '../contract/exports.ts';
import type { CustomField } from '../contract/instance.ts';
import type { Input } from '../contract/operations.ts';
import type { Person } from '../contract/wire.ts';
import type { Position } from '../store/store.ts';
import { presentActivity } from './activities.ts';
import type { Context } from './context.ts';
import { csvText } from './tables.ts';
import { ticketView } from './ticket-view.ts';

/** What an operation with a stream answers: its type, and the text piece by piece. */
export interface StreamResult {
  contentType: string;
  filename: string;
  chunks: AsyncIterable<string | Uint8Array>;
}

type Item = Record<string, unknown>;

const PAGE = 500;

/** The columns of each CSV; behind those of tickets comes one for each custom field. */
const COLUMNS: Record<Collection, string[]> = {
  tickets: [
    ...['id', 'ticketNo', 'title', 'description', 'status', 'statusId', 'resolution', 'priority'],
    ...['requestor.id', 'requestor.name', 'requestor.email', 'assignee.id', 'assignee.name', 'assignee.email'],
    ...['expectedDate', 'tags', 'customFields', 'followers', 'createdOn', 'lastUpdatedOn', 'lastInteraction'],
    ...['createdBy.name', 'lastUpdatedBy.name', 'firstResponseOn', 'firstResolutionOn', 'lastResolutionOn'],
    ...['lastResolutionComment', 'isFrtBreached', 'isRtBreached', 'isFrtEscalated', 'isRtEscalated', 'origin'],
  ],
  activities: [
    ...['id', 'ticketId', 'action', 'comment', 'isPrivate', 'createdDateTime'],
    ...['createdBy.id', 'createdBy.name', 'createdBy.email', 'changes', 'origin'],
  ],
  attachments: [
    ...['id', 'ticketId', 'activityId', 'filename', 'caption', 'contentType', 'size', 'isHyperlink', 'isImage'],
    ...['isArchive', 'createdDateTime', 'createdBy', 'src'],
  ],
};

/** Everything of one collection, oldest first, page by page: the memory that it takes does not grow with the data. */
export async function exportCollection(ctx: Context, input: Input<'exportCollection'>): Promise<StreamResult> {
  const collection = COLLECTIONS.find((name) => name === input.collection);
  if (!collection) return fail('not_found', `The collections are: ${COLLECTIONS.join(', ')}.`);
  const items = ITEMS[collection](ctx);
  return input.format === 'csv'
    ? {
        contentType: 'text/csv; charset=utf-8',
        filename: `${collection}.csv`,
        chunks: csv(columnsOf(ctx, collection), items),
      }
    : { contentType: 'application/jsonl; charset=utf-8', filename: `${collection}.jsonl`, chunks: jsonl(items) };
}

const ITEMS: Record<Collection, (ctx: Context) => AsyncIterable<Item[]>> = {
  tickets: (ctx) =>
    pages(ctx, 'ticket', 'ticketNo', (stored) => [
      ticketView(ctx, stored, { include: 'description_HTML' }).value as Item,
    ]),
  activities: (ctx) => pages(ctx, 'activity', 'id', (stored) => [presentActivity(ctx, stored, true) as Item]),
  attachments: (ctx) =>
    pages(ctx, 'activity', 'id', (stored) => {
      const { attachments, ticketId, id } = presentActivity(ctx, stored, false);
      return attachments.map((attachment): Item => ({ ...attachment, ticketId, activityId: id }));
    }),
};

async function* pages<K extends 'ticket' | 'activity'>(
  ctx: Context,
  kind: K,
  orderBy: string,
  present: (stored: Awaited<ReturnType<typeof ctx.instance.list<K>>>['items'][number]) => Item[],
): AsyncGenerator<Item[]> {
  let after: Position | undefined;
  do {
    const page = await ctx.instance.list(kind, {
      where: { and: [] },
      orderBy,
      direction: 'ASC',
      limit: PAGE,
      ...(after && { after }),
    });
    yield page.items.flatMap(present);
    after = page.next;
  } while (after);
}

async function* jsonl(pagesOfItems: AsyncIterable<Item[]>): AsyncGenerator<string> {
  for await (const items of pagesOfItems) yield items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

interface Column {
  name: string;
  cellOf: (item: Item) => string;
}

function columnsOf({ settings }: Context, collection: Collection): Column[] {
  const own = COLUMNS[collection].map((name): Column => ({ name, cellOf: (item) => cell(valueAt(item, name)) }));
  if (collection !== 'tickets') return own;
  const taken = new Set(COLUMNS.tickets);
  const fields = [...settings.customFields.values()].map((field): Column => {
    // No two columns have the same name, whatever an owner calls the fields.
    const name = taken.has(field.title) ? `${field.title} (${field.id})` : field.title;
    taken.add(name);
    return { name, cellOf: ({ customFields }) => fieldText(field, (customFields as Item)[field.id]) };
  });
  return [...own, ...fields];
}

async function* csv(columns: Column[], pagesOfItems: AsyncIterable<Item[]>): AsyncGenerator<string> {
  yield csvText([columns.map(({ name }) => name)]);
  for await (const items of pagesOfItems) {
    yield csvText(items.map((item) => columns.map(({ cellOf }) => cellOf(item))));
  }
}

/** The value of a custom field as people read it: the options by their texts, people by name and mail address. */
function fieldText({ type, options }: CustomField, value: unknown): string {
  if (!Array.isArray(value)) return cell(value);
  const texts =
    type.key === 'list'
      ? value.map((key) => options.find((option) => option.key === key)?.text ?? String(key))
      : (value as Person[]).map(({ name, email }) => (email === '' || email === name ? name : `${name} <${email}>`));
  return texts.join('; ');
}

const valueAt = (item: Item, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Item | undefined)?.[name], item);

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
