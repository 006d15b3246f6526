import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Activity } from '../../api/contract/activities.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, defineFields, FIELDS, field, GRACE, succeed } from './reference.ts';

let server: TestServer;
let made: TestInstance;
let api: Api;
let admin: Api;

beforeAll(async () => {
  server = await startServer();
});
beforeEach(async () => {
  made = await server.newInstance();
  api = apiOf(made);
  admin = apiOf(made, 'administrative');
});
afterAll(() => server.close());

async function lines<T>(collection: string): Promise<T[]> {
  const { text } = succeed(await admin.get(`/exports/${collection}`));
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The cells of a CSV (RFC 4180). */
function cells(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
const csv = async (collection: string): Promise<Record<string, string>[]> => {
  const [names, ...rows] = cells(succeed(await admin.get(`/exports/${collection}?format=csv`)).text);
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [names![i]!, cell])));
};

describe('an export', () => {
  test('200 JSONL: every ticket as its own read shows it, the oldest first', async () => {
    const tickets: Ticket[] = [];
    for (let i = 1; i <= 3; i++)
      tickets.push(await api.newTicket({ title: `Ticket ${i}`, description_HTML: '<b>x</b>' }));
    const { headers } = await admin.get('/exports/tickets');
    expect(headers.get('Content-Type')).toBe('application/jsonl; charset=utf-8');
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="tickets.jsonl"');
    expect(await lines<Ticket>('tickets')).toEqual(
      tickets.map(({ workflow: _, ...ticket }) => ({ ...ticket, description_HTML: '<b>x</b>' })),
    );
  });

  test('200 JSONL: every activity, private ones too, and every attachment', async () => {
    const { id } = await api.newTicket();
    await api.post(`/tickets/${id}/comments`, { comment: 'Psst', isPrivate: true, user: GRACE });
    await api.post(`/tickets/${id}/attachments`, { attachments: [{ src: 'https://contoso.com/log.txt' }] });
    const activities = await lines<Activity>('activities');
    expect(activities.map(({ action, comment, comment_HTML }) => ({ action, comment, comment_HTML }))).toEqual([
      { action: 'created', comment: '', comment_HTML: '' },
      { action: 'commented', comment: 'Psst', comment_HTML: 'Psst' },
      { action: 'attached', comment: '', comment_HTML: '' },
    ]);
    expect(await lines('attachments')).toEqual([
      { ...activities[2]!.attachments[0], ticketId: id, activityId: activities[2]!.id },
    ]);
  });

  test('200 CSV: a line for each, with quotes, commas and lines kept', async () => {
    const title = 'Say "no", or';
    await api.newTicket({ title, description: 'One\r\ntwo, "three"\nfour', priority: 'Urgent' });
    await api.newTicket({ title: 'Ärger' });
    const { headers } = await admin.get('/exports/tickets?format=csv');
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="tickets.csv"');
    const rows = await csv('tickets');
    expect(rows).toMatchObject([
      {
        ticketNo: '1',
        title,
        description: 'One\r\ntwo, "three"\nfour',
        priority: 'Urgent',
        status: 'Open',
        'requestor.email': 'ada@contoso.com',
        'assignee.name': '',
      },
      { ticketNo: '2', title: 'Ärger', description: '' },
    ]);
  });

  test('200 CSV: a column for each custom field, by its title, with its value as people read it', async () => {
    const { people, services, blocking, needed, asset } = FIELDS;
    const more = [
      field('11111111-1111-4111-8111-111111111111', 'status', 'text', { status: 'hidden' }),
      field('22222222-2222-4222-8222-222222222222', '=SUM(A1)', 'text'),
    ];
    await defineFields(made, more);
    await api.newTicket({
      customFields: {
        [people.id]: [ADA, { id: 'x@contoso.com', name: 'x@contoso.com', email: 'x@contoso.com' }],
        [services.id]: services.options!.slice(0, 2).map(({ key }) => key),
        [blocking.id]: false,
        [needed.id]: '2026-03-01',
        [asset.id]: '=1+1',
      },
    });
    const [names] = cells(succeed(await admin.get('/exports/tickets?format=csv')).text);
    const titles = ['Affected people', 'Services', 'Steps', `status (${more[0]!.id})`, "'=SUM(A1)"];
    expect(names!.slice(names!.indexOf('origin') + 1)).toEqual([...titles, 'Asset', 'Blocking', 'Site', 'Needed on']);
    const [ticket] = await csv('tickets');
    expect(ticket).toMatchObject({
      status: 'Open',
      'Affected people': `${ADA.name} <${ADA.email}>; x@contoso.com`,
      Services: 'Mail; Calendar',
      Blocking: 'false',
      'Needed on': '2026-03-01',
      Asset: "'=1+1",
      Site: '',
    });
    expect(JSON.parse(ticket!.customFields!)).toMatchObject({ [blocking.id]: false });
  });

  test.each(['\n', '\r', '\r\n'])('200 CSV: a line break begins no new line: %j', async (end) => {
    const title = `One${end}=1+1`;
    await api.newTicket({ title });
    const { text } = succeed(await admin.get('/exports/tickets?format=csv'));
    expect(text).toContain(`,"${title}",`);
    expect(await csv('tickets')).toMatchObject([{ title }]);
  });

  const formulas = ['=HYPERLINK("https://x")', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1'];
  test.each(formulas)('200 CSV: a formula is only text: %j', async (formula) => {
    const { id } = await api.newTicket({
      title: formula,
      description: `${formula}, x`,
      requestor: { id: 'x', name: formula, email: 'x' },
    });
    await api.post(`/tickets/${id}/comments`, { comment: formula });
    const [ticket] = await csv('tickets');
    expect(ticket).toMatchObject({
      title: `'${formula}`,
      description: `'${formula}, x`,
      'requestor.name': `'${formula}`,
    });
    expect((await csv('activities')).at(-1)).toMatchObject({ comment: `'${formula}` });
    expect((await lines<Ticket>('tickets'))[0]!.title).toBe(formula);
  });

  test('200 is whole beyond one page of the store', async () => {
    for (let i = 0; i < 510; i += 30) await Promise.all(Array.from({ length: 30 }, () => api.newTicket()));
    expect((await lines<Ticket>('tickets')).map(({ ticketNo }) => ticketNo)).toEqual(
      Array.from({ length: 510 }, (_, i) => i + 1),
    );
    expect(await csv('tickets')).toHaveLength(510);
  });

  test('200 of an empty instance is empty', async () => {
    expect(await lines('tickets')).toEqual([]);
    expect(await csv('activities')).toEqual([]);
  });

  test('403 with a plain key, 404 for another collection, 400 for another format', async () => {
    await api.newTicket({ title: 'Secret' });
    const refused = await api.get('/exports/tickets');
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(refused.text).not.toContain('Secret');
    const missing = await admin.get('/exports/keys');
    expect(missing).toMatchObject({
      status: 404,
      body: { message: 'The collections are: tickets, activities, attachments.' },
    });
    const format = await admin.get('/exports/tickets?format=xml');
    expect(format).toMatchObject({ status: 400, body: { message: 'format: must be one of: jsonl, csv' } });
  });

  test('TW-5 only of this instance', async () => {
    await api.newTicket();
    const other = apiOf(await server.newInstance(), 'administrative');
    expect((await other.get('/exports/tickets')).text).toBe('');
  });
});
