import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, defineFields, FIELDS, field, GRACE, LINUS } from './reference.ts';

const HIDDEN = field('5f6f1a1c-7a39-4f0f-9d19-3e1a5f4f0b01', 'Cost centre', 'text', { status: 'hidden' });
const ONE_PERSON = field('5f6f1a1c-7a39-4f0f-9d19-3e1a5f4f0b02', 'Approver', 'peoplepicker');
const WATCHERS = field('5f6f1a1c-7a39-4f0f-9d19-3e1a5f4f0b03', 'Watchers', 'peoplepicker', {
  isMultiple: true,
  isSeeTicket: true,
});

let server: TestServer;
let instance: TestInstance;
let api: Api;
let ticket: Ticket;

beforeAll(async () => {
  server = await startServer();
  instance = await server.newInstance();
  api = apiOf(instance);
  await defineFields(instance, [HIDDEN, ONE_PERSON, WATCHERS]);
});
beforeEach(async () => {
  ticket = await api.newTicket();
});
afterAll(() => server.close());

const put = (customFields: Record<string, unknown>) =>
  api.put(`/tickets/${ticket.id}`, { ticket: { customFields }, user: GRACE });
const [mail, calendar] = FIELDS.services.options!.map((option) => option.key);
const [berlin, oslo] = FIELDS.site.options!.map((option) => option.key);

const right = [
  { name: 'TW-31 text', field: FIELDS.asset, value: 'Laptop 0815' },
  { name: 'TW-31 an empty text', field: FIELDS.asset, value: '' },
  { name: 'TW-31 a text area with lines', field: FIELDS.steps, value: 'long text area\nbla bla bla\r\n\t' },
  { name: 'TW-31 a toggle that is on', field: FIELDS.blocking, value: true },
  { name: 'TW-31 a toggle that is off', field: FIELDS.blocking, value: false },
  { name: 'TW-31 a date-time', field: FIELDS.needed, value: '2023-07-26T17:00:00Z' },
  { name: 'TW-31 a date', field: FIELDS.needed, value: '2023-07-26' },
  { name: 'TW-31 one option', field: FIELDS.site, value: [oslo] },
  { name: 'TW-31 no option', field: FIELDS.site, value: [] },
  { name: 'TW-31 several options', field: FIELDS.services, value: [calendar, mail] },
  { name: 'TW-31 people', field: FIELDS.people, value: [GRACE, ADA] },
  { name: 'TW-31 one person', field: ONE_PERSON, value: [GRACE] },
];
describe('a value of the right type', () => {
  test.each(right)('$name is kept as it is', async ({ field: { id }, value }) => {
    const { status, body } = await put({ [id]: value });
    expect({ status, customFields: body.item.customFields }).toEqual({ status: 200, customFields: { [id]: value } });
    const created = await api.newTicket({ customFields: { [id]: value } });
    expect((await api.ticket(created.id)).customFields).toEqual({ [id]: value });
  });
});

const named = ({ options = [] }: typeof FIELDS.site) => options.map(({ key, text }) => `${key} (${text})`).join(', ');
const TEXT = 'must be text';
const DATE = 'must be a date (2026-01-31) or a date-time (2026-01-31T17:00:00Z)';
const PEOPLE = 'must be an array of people {"id","name","email"}';
const wrong = [
  { name: '400 text: a number', field: FIELDS.asset, value: 815, problem: TEXT },
  { name: '400 text: a list', field: FIELDS.asset, value: ['Laptop'], problem: TEXT },
  { name: '400 text area: a toggle', field: FIELDS.steps, value: true, problem: TEXT },
  { name: '400 toggle: a text', field: FIELDS.blocking, value: 'true', problem: 'must be true or false' },
  { name: '400 toggle: a number', field: FIELDS.blocking, value: 1, problem: 'must be true or false' },
  { name: '400 date: a word', field: FIELDS.needed, value: 'tomorrow', problem: DATE },
  { name: '400 date: a day that does not exist', field: FIELDS.needed, value: '2023-02-29', problem: DATE },
  { name: '400 date: a number', field: FIELDS.needed, value: 1690390800, problem: DATE },
  {
    name: '400 single item: the option alone',
    field: FIELDS.site,
    value: berlin,
    problem: `must be an array of option ids: ${named(FIELDS.site)}`,
  },
  { name: '400 single item: two options', field: FIELDS.site, value: [berlin, oslo], problem: 'takes one option' },
  {
    name: '400 single item: an option of another field',
    field: FIELDS.site,
    value: [mail],
    problem: `must be of the options: ${named(FIELDS.site)}`,
  },
  {
    name: '400 single item: the text of an option',
    field: FIELDS.site,
    value: ['Oslo'],
    problem: `must be of the options: ${named(FIELDS.site)}`,
  },
  {
    name: '400 multiple items: one good and one unknown',
    field: FIELDS.services,
    value: [mail, 'fax'],
    problem: `must be of the options: ${named(FIELDS.services)}`,
  },
  { name: '400 people: one person alone', field: FIELDS.people, value: GRACE, problem: PEOPLE },
  { name: '400 people: names', field: FIELDS.people, value: ['Grace'], problem: PEOPLE },
  {
    name: '400 people: a person without a mail',
    field: FIELDS.people,
    value: [{ id: 'x', name: 'x' }],
    problem: PEOPLE,
  },
  { name: '400 people: two where one is meant', field: ONE_PERSON, value: [GRACE, ADA], problem: 'takes one person' },
  { name: '400 a hidden field', field: HIDDEN, value: '4711', problem: 'is hidden and takes no value' },
  {
    name: '400 a hidden field is not cleared either',
    field: HIDDEN,
    value: null,
    problem: 'is hidden and takes no value',
  },
];
describe('a value of the wrong type is 400, names the field and changes nothing', () => {
  test.each(wrong)('$name', async ({ field: { id, title }, value, problem }) => {
    const { status, body } = await put({ [FIELDS.asset.id]: 'Laptop', [id]: value });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid_input',
      errors: [{ field: `ticket.customFields.${id}`, message: `${title} ${problem}` }],
    });
    expect((await api.ticket(ticket.id)).customFields).toEqual({});
    const created = await api.post('/tickets', {
      ticket: { title: 'x', requestor: ADA, customFields: { [id]: value } },
    });
    expect(created).toMatchObject({ status: 400, body: { errors: [{ field: `ticket.customFields.${id}` }] } });
  });
});

describe('an update of custom fields', () => {
  test('TW-40 replaces the value of each field given, and leaves the others', async () => {
    await put({ [FIELDS.asset.id]: 'Laptop', [FIELDS.services.id]: [mail], [FIELDS.blocking.id]: true });
    const { body } = await put({ [FIELDS.services.id]: [calendar] });
    expect(body.item.customFields).toEqual({
      [FIELDS.asset.id]: 'Laptop',
      [FIELDS.services.id]: [calendar],
      [FIELDS.blocking.id]: true,
    });
  });

  test('TW-40 null clears; clearing what is empty changes nothing', async () => {
    await put({ [FIELDS.asset.id]: 'Laptop', [FIELDS.blocking.id]: true });
    const { body } = await put({ [FIELDS.asset.id]: null });
    expect(body.item.customFields).toEqual({ [FIELDS.blocking.id]: true });
    const before = await api.history(ticket.id);
    await put({ [FIELDS.asset.id]: null });
    expect(await api.history(ticket.id)).toEqual(before);
  });

  test('TW-11 an id that is not defined is ignored and named in a Warning', async () => {
    const unknown = 'dcd58c80-xxxx-xxxx-xxxx-xxxxxxxxxxxxxxx';
    const { status, headers, body } = await put({ [unknown]: [ADA], [FIELDS.asset.id]: 'Laptop' });
    expect(status).toBe(200);
    expect(headers.get('Warning')).toBe(`299 - "customFields.${unknown} is not defined and was ignored"`);
    expect(body.item.customFields).toEqual({ [FIELDS.asset.id]: 'Laptop' });
  });

  test('TW-40 custom fields and expectedDate work together', async () => {
    const fields = { customFields: { [FIELDS.needed.id]: '2026-02-01' }, expectedDate: '2026-02-03' };
    const { status, body } = await api.put(`/tickets/${ticket.id}?timezone=7`, { updates: fields });
    expect(status).toBe(200);
    expect(body.item).toMatchObject({
      expectedDate: '2026-02-02T17:00:00.000Z',
      customFields: { [FIELDS.needed.id]: '2026-02-01' },
    });
    const created = await api.post('/tickets?timezone=7', { ticket: { title: 'x', requestor: ADA, ...fields } });
    expect(created.body.item).toMatchObject({
      expectedDate: '2026-02-02T17:00:00.000Z',
      customFields: { [FIELDS.needed.id]: '2026-02-01' },
    });
  });

  test('TW-31 a person keeps id, name and email, and nothing that was sent beside them', async () => {
    const { body } = await put({ [FIELDS.people.id]: [{ ...GRACE, photo: 'x', key: 'y' }] });
    expect(body.item.customFields).toEqual({ [FIELDS.people.id]: [GRACE] });
  });
});

describe('isSeeTicket', () => {
  test('the people chosen follow the ticket, beside those who do already', async () => {
    await api.put(`/tickets/${ticket.id}`, { ticket: { followers: [LINUS] } });
    const { body } = await put({ [WATCHERS.id]: [GRACE] });
    expect(body.item.followers).toEqual([LINUS, GRACE]);
    const other = await put({ [FIELDS.people.id]: [ADA] });
    expect(other.body.item.followers).toEqual([LINUS, GRACE]);
  });

  test('who is chosen no more follows no more', async () => {
    await put({ [WATCHERS.id]: [GRACE, LINUS] });
    expect((await put({ [WATCHERS.id]: [LINUS] })).body.item.followers).toEqual([LINUS]);
    expect((await put({ [WATCHERS.id]: null })).body.item.followers).toEqual([]);
  });

  test('the same people again change nothing, however the followers are ordered', async () => {
    await put({ [WATCHERS.id]: [GRACE] });
    const before = await api.put(`/tickets/${ticket.id}`, { ticket: { followers: [GRACE, LINUS] } });
    const after = await put({ [WATCHERS.id]: [GRACE] });
    expect(after.body.item.followers).toEqual([GRACE, LINUS]);
    expect(after.headers.get('ETag')).toBe(before.headers.get('ETag'));
  });
});
