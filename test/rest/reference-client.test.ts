import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, createClient } from '../../api/contract/client.ts';
import { AppError } from '../../api/contract/errors.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, defineFields, FIELDS, GRACE } from './reference.ts';

let server: TestServer;
let made: TestInstance;
let call: Client;

beforeAll(async () => {
  server = await startServer({ rateLimit: 100 });
});
beforeEach(async () => {
  made = await server.newInstance();
  call = made.client;
});
afterAll(() => server.close());

const create = async (title = 'My VPN is down') =>
  (await call('createTicket', { ticket: { title, requestor: ADA }, user: ADA })).item;

/** The error of a call that is refused. */
async function refusal(result: Promise<unknown>): Promise<AppError> {
  const error = await result.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe('the typed client', () => {
  test('TW-1 creates, reads, updates, moves, comments and deletes', async () => {
    const { id, ticketNo } = await create();
    const updated = await call('updateTicket', { ticketId: id, ticket: { priority: 'Urgent', assignee: GRACE } });
    expect(updated.item).toMatchObject({ id, ticketNo, priority: 'Urgent', assignee: GRACE });
    const moved = await call('updateTicketStatus', {
      ticketId: String(ticketNo),
      status: 'Resolved',
      resolution: 'fixed',
    });
    expect(moved.item).toMatchObject({ status: 'Resolved', resolution: 'fixed' });
    const { item } = await call('addComment', { ticketId: id, comment: 'a & b', user: GRACE, include: 'comment_HTML' });
    expect(item).toMatchObject({ ticketId: id, comment: 'a & b', comment_HTML: 'a &amp; b', createdBy: GRACE });
    const history = await call('listActivities', { ticketId: id });
    expect(history.items.map(({ action }) => action)).toEqual(['commented', 'resolved', 'updated', 'created']);
    expect((await call('getTicket', { ticketId: id })).item).toMatchObject({ priority: 'Urgent', status: 'Resolved' });
    expect(await call('deleteTicket', { ticketId: id })).toBeUndefined();
    expect(await refusal(call('getTicket', { ticketId: id }))).toMatchObject({ code: 'not_found' });
  });

  test('TW-9 lists page by page', async () => {
    for (let i = 1; i <= 5; i++) await create(`Ticket ${i}`);
    const numbers: number[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await call('listTickets', { limit: 2, order: 'ASC', continuationToken });
      expect(page.itemCount).toBe(5);
      numbers.push(...page.items.map(({ ticketNo }) => ticketNo));
      ({ continuationToken } = page);
    } while (continuationToken && numbers.length < 10);
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
  });

  test('TW-11 filters, custom fields among them', async () => {
    await defineFields(made);
    await create();
    const wanted = { [FIELDS.asset.id]: 'Laptop & more', [FIELDS.blocking.id]: true };
    await call('createTicket', { ticket: { title: 'Ä+b=c&d', requestor: ADA, customFields: wanted } });
    const found = await call('listTickets', {
      title: 'Ä+b=c&d',
      isResolved: false,
      createdAfter: '2026-01-31T10:00:00',
      timezone: 1,
      customFields: { [FIELDS.asset.id]: 'Laptop & more', [FIELDS.blocking.id]: 'true' },
    });
    expect(found.items.map(({ ticketNo, customFields }) => ({ ticketNo, customFields }))).toEqual([
      { ticketNo: 2, customFields: wanted },
    ]);
    expect((await call('listTickets', { isResolved: true })).items).toEqual([]);
  });

  test('TW-46 reads the instance and its tags; TW-47 with the administrative key it changes them', async () => {
    const admin = createClient({ serverUrl: server.url, key: made.keys.administrative });
    await admin('updateInstance', { instance: { name: 'Service Desk' } });
    await admin('createTagCategory', { tagCategory: { text: 'Area', tags: [{ text: 'Network' }] } });
    expect((await call('getInstance', {})).item).toMatchObject({ id: made.id, name: 'Service Desk' });
    expect((await call('listTags', {})).items).toMatchObject([
      { text: 'Area', tags: [{ text: 'Network', deleted: false }] },
    ]);
    const { item } = await admin('regenerateKey', { slot: 'secondary' });
    expect(item).toMatchObject({ slot: 'secondary', key: expect.stringMatching(/^tk_s_/) });
  });

  test('TW-7 throws what the server said: the code, the sentence, the fields', async () => {
    const title = '';
    const error = await refusal(call('createTicket', { ticket: { title, requestor: ADA } }));
    expect(error).toMatchObject({
      code: 'invalid_input',
      detail: 'ticket.title: must have 1 to 255 characters',
      errors: [{ field: 'ticket.title', message: 'must have 1 to 255 characters' }],
    });
    expect(await refusal(call('listKeys', {}))).toMatchObject({ code: 'forbidden' });
    expect(await refusal(call('getTicket', { ticketId: '../keys' }))).toMatchObject({ code: 'not_found' });
    const stranger = createClient({ serverUrl: server.url, key: 'nonsense' });
    expect(await refusal(stranger('listTickets', {}))).toMatchObject({ code: 'unauthorized' });
  });

  test('TW-3 says after how many seconds to try again', async () => {
    for (let i = 0; i < 100; i++) await call('listTags', {});
    server.clock.advance(10_000);
    expect(await refusal(call('listTags', {}))).toMatchObject({ code: 'rate_limited', retryAfter: 50 });
    server.clock.advance(50_000);
    expect((await call('listTags', {})).items).toEqual([]);
  });

  test('sends an Idempotency-Key and If-Match', async () => {
    const input = { ticket: { title: 'Once', requestor: ADA } };
    const first = await call('createTicket', input, { idempotencyKey: 'once' });
    const again = await call('createTicket', input, { idempotencyKey: 'once' });
    expect(again).toEqual(first);
    const late = call('updateTicket', { ticketId: first.item.id, ticket: { title: 'Late' } }, { ifMatch: '"7"' });
    expect(await refusal(late)).toMatchObject({ code: 'precondition_failed' });
    await call('updateTicket', { ticketId: first.item.id, ticket: { title: 'In time' } }, { ifMatch: '"1"' });
    expect((await call('listTickets', {})).items.map(({ title }) => title)).toEqual(['In time']);
  });
});
