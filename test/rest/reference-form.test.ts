import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CustomFieldIn, Instance } from '../../api/contract/instance.ts';
import { DEFAULT_WORKFLOW } from '../../api/contract/workflow.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Answer, type Api, apiOf, defineFields, FIELDS, field, succeed } from './reference.ts';

/** The form and the workflow: what `PUT /instance` does to them. */

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

const put = (instance: object): Promise<Answer<Instance>> => admin.put<Instance>('/instance', { instance });
const read = async (): Promise<Instance> => succeed(await api.get<Instance>('/instance')).body.item;

const uuid = (digit: number) => `0000000${digit}-0000-4000-8000-000000000000`;
const text = (digit: number, rest: Partial<CustomFieldIn> = {}) => ({
  ...field(uuid(digit), `Field ${digit}`, 'text'),
  ...rest,
});

/** The columns by the first digits of their fields, as `12|3`. */
const digits = (fields: { id: string }[]) => fields.map(({ id }) => id[7]).join('');
function columns({ customFields, customFieldsLeft, customFieldsRight }: Instance): string {
  expect(customFields).toEqual([...customFieldsLeft, ...customFieldsRight]);
  return `${digits(customFieldsLeft)}|${digits(customFieldsRight)}`;
}

const moves: { name: string; given: object; expected: string }[] = [
  { name: 'a column is replaced', given: { customFieldsLeft: [text(2), text(4)] }, expected: '24|3' },
  { name: 'a column is emptied', given: { customFieldsRight: [] }, expected: '12|' },
  { name: 'a field goes to the right', given: { customFieldsRight: [text(3), text(1)] }, expected: '2|31' },
  { name: 'a field goes to the left', given: { customFieldsLeft: [text(3), text(1), text(2)] }, expected: '312|' },
  {
    name: 'both columns at once',
    given: { customFieldsLeft: [text(3)], customFieldsRight: [text(2), text(1)] },
    expected: '3|21',
  },
  { name: 'all fields, each where it was', given: { customFields: [text(3), text(2), text(1)] }, expected: '21|3' },
  {
    name: 'all fields, a new one to the left',
    given: { customFields: [text(1), text(2), text(3), text(4)] },
    expected: '124|3',
  },
  { name: 'all fields, one gone', given: { customFields: [text(2), text(3)] }, expected: '2|3' },
  {
    name: 'all fields and a column',
    given: { customFields: [text(1), text(3)], customFieldsRight: [text(1)] },
    expected: '|1',
  },
  { name: 'no field at all', given: { customFields: [] }, expected: '|' },
  { name: 'something else', given: { name: 'Other' }, expected: '12|3' },
];
describe('custom fields and columns never disagree', () => {
  test.each(moves)('TW-11 $name', async ({ given, expected }) => {
    expect(
      columns(succeed(await put({ customFieldsLeft: [text(1), text(2)], customFieldsRight: [text(3)] })).body.item),
    ).toBe('12|3');
    expect(columns(succeed(await put(given)).body.item)).toBe(expected);
    expect(columns(await read())).toBe(expected);
  });
});

describe('the definition of a custom field', () => {
  test('TW-11 a title and a type are enough, and it gets an id of 36 characters', async () => {
    const { customFieldsLeft } = succeed(await put({ customFields: [{ title: 'Cost centre', type: { key: 'text' } }] }))
      .body.item;
    expect(customFieldsLeft).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        title: 'Cost centre',
        label: 'Cost centre',
        type: { key: 'text', text: 'Text' },
        isMandatory: false,
        status: 'visible',
        defaultValue: null,
        options: [],
        isMultiple: false,
        isSeeTicket: false,
      },
    ]);
  });

  test('TW-11 what is not given of it stays', async () => {
    await put({ customFieldsRight: [text(1, { isMandatory: true, status: 'hidden', defaultValue: 'x' })] });
    const { customFieldsRight } = succeed(await put({ customFields: [{ ...text(1), title: 'New title' }] })).body.item;
    expect(customFieldsRight).toMatchObject([
      { title: 'New title', label: 'New title', isMandatory: true, status: 'hidden', defaultValue: 'x' },
    ]);
  });

  test('TW-11 the label is the title, whatever is sent as the label', async () => {
    const { customFields } = succeed(await put({ customFields: [{ ...text(1), label: 'Other' }] })).body.item;
    expect(customFields[0]).toMatchObject({ title: 'Field 1', label: 'Field 1' });
  });

  const two = [
    { key: 'a', text: 'A' },
    { key: 'a', text: 'B' },
  ];
  const wrong = [
    {
      name: '400 the same field in both columns',
      given: { customFieldsLeft: [text(1)], customFieldsRight: [text(1)] },
      message: 'the same field stands there twice',
    },
    {
      name: '400 the same field twice in one',
      given: { customFields: [text(1), text(1)] },
      message: 'the same field stands there twice',
    },
    {
      name: '400 another type',
      given: { customFields: [{ ...text(1), type: { key: 'toggle' } }] },
      message: 'Field 1 is of type text, which cannot change; make a new field',
    },
    {
      name: '400 two options with one key',
      given: { customFields: [field(uuid(4), 'Site', 'list', { options: two })] },
      message: 'Site: two options have the same key',
    },
    {
      name: '400 a default of the wrong type',
      given: { customFields: [text(1, { defaultValue: 7 })] },
      message: 'the default value of Field 1 must be text',
    },
    {
      name: '400 an unknown type',
      given: { customFields: [{ title: 'x', type: { key: 'colour' } }] },
      message: 'must be one of: text, textarea, toggle, date, list, peoplepicker',
    },
    { name: '400 no title', given: { customFields: [{ type: { key: 'text' } }] }, message: 'is required' },
    {
      name: '400 an id that is no UUID',
      given: { customFields: [{ ...text(1), id: 'field-1' }] },
      message: 'not a valid UUID',
    },
  ];
  test.each(wrong)('$name', async ({ given, message }) => {
    succeed(await put({ customFieldsLeft: [text(1), text(2)], customFieldsRight: [text(3)] }));
    const { status, body } = await put(given);
    expect({ status, messages: body.errors.map((error) => error.message) }).toEqual({
      status: 400,
      messages: [message],
    });
    expect(columns(await read())).toBe('12|3');
  });

  test('TW-11 a field that is gone takes no more values, and the tickets go on', async () => {
    await defineFields(made);
    const { id } = await api.newTicket({ customFields: { [FIELDS.asset.id]: 'Laptop' } });
    succeed(await put({ customFields: [] }));
    const answer = await api.put(`/tickets/${id}`, {
      ticket: { title: 'New', customFields: { [FIELDS.asset.id]: 'Phone' } },
    });
    expect(answer).toMatchObject({ status: 200, body: { item: { title: 'New' } } });
    expect(answer.headers.get('Warning')).toContain(FIELDS.asset.id);
  });
});

describe('the workflow', () => {
  const { states, resolutions } = DEFAULT_WORKFLOW;
  const without = (id: string) => ({
    states: states
      .filter((state) => state.id !== id)
      .map((state) => ({ ...state, nextSteps: state.nextSteps.filter((next) => next !== id) })),
    resolutions,
  });

  test('TW-15 is replaced whole, and is custom until it is the default again', async () => {
    const custom = without('pending');
    expect(succeed(await put({ workflows: [custom] })).body.item).toMatchObject({
      workflows: [custom],
      isCustomWorkflow: true,
    });
    expect(succeed(await put({ workflows: [DEFAULT_WORKFLOW] })).body.item).toMatchObject({
      workflows: [DEFAULT_WORKFLOW],
      isCustomWorkflow: false,
    });
  });

  test('TW-15 a new label shows on every ticket, old ones too, and the old answer is stale', async () => {
    const { id } = await api.newTicket();
    const known = { 'If-None-Match': (await api.get(`/tickets/${id}`)).headers.get('ETag')! };
    const renamed = states.map((state) => (state.id === 'open' ? { ...state, label: 'Neu' } : state));
    succeed(await put({ workflows: [{ states: renamed, resolutions }] }));
    expect((await api.get(`/tickets/${id}`, known)).body.item).toMatchObject({ status: 'Neu', statusId: 'open' });
    expect((await api.get('/tickets?status=Neu')).body.itemCount).toBe(1);
  });

  test('400 a state in which tickets are cannot go; it can when they have left it', async () => {
    const [one, other] = [await api.newTicket(), await api.newTicket()];
    for (const { id } of [one, other]) await api.move(id, 'Pending');
    const refused = await put({ workflows: [without('pending')] });
    const message = '2 tickets are Pending; move them before you remove that state';
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'instance.workflows', message }] } });
    await api.move(one.id, 'Closed');
    expect((await put({ workflows: [without('pending')] })).body.message).toMatch(/^instance\.workflows: 1 /);
    await api.move(other.id, 'Started');
    expect((await put({ workflows: [without('pending')] })).status).toBe(200);
    expect((await api.put(`/tickets/${other.id}/status`, { status: 'Pending' })).status).toBe(400);
  });

  const [open, started, , resolved, closed] = states;
  const lone = (state: (typeof states)[number] | undefined, rest: object = {}) => ({
    ...state!,
    nextSteps: [],
    ...rest,
  });
  const wrong = [
    { name: '400 no workflow', workflows: [], message: /^instance\.workflows: / },
    { name: '400 two workflows', workflows: [DEFAULT_WORKFLOW, DEFAULT_WORKFLOW], message: /^instance\.workflows: / },
    {
      name: '400 one state',
      workflows: [{ states: [lone(open)], resolutions }],
      message: /^instance\.workflows\.0\.states: /,
    },
    {
      name: '400 two states with one id',
      workflows: [{ states: [lone(open), lone(closed, { id: 'OPEN' })], resolutions }],
      message: /two states have the same id$/,
    },
    {
      name: '400 two states with one label',
      workflows: [{ states: [lone(open), lone(closed, { label: 'open' })], resolutions }],
      message: /two states have the same label$/,
    },
    {
      name: '400 a way to nowhere',
      workflows: [{ states: [lone(open, { nextSteps: ['gone'] }), lone(closed)], resolutions }],
      message: /Open leads to gone, which is no state$/,
    },
    {
      name: '400 nowhere to start',
      workflows: [{ states: [lone(started), lone(closed)], resolutions }],
      message: /one state must have the category new/,
    },
    {
      name: '400 nowhere to end',
      workflows: [{ states: [lone(open), lone(started)], resolutions }],
      message: /one state must have the category resolved or closed/,
    },
    {
      name: '400 an unknown category',
      workflows: [{ states: [lone(open), lone(resolved, { category: 'done' })], resolutions }],
      message: /must be one of: new, active, waiting, resolved, closed$/,
    },
    {
      name: '400 an empty label',
      workflows: [{ states: [lone(open, { label: ' ' }), lone(closed)], resolutions }],
      message: /^instance\.workflows\.0\.states\.0\.label: /,
    },
  ];
  test.each(wrong)('$name', async ({ workflows, message }) => {
    const { status, body } = await put({ workflows });
    expect(status).toBe(400);
    expect(body.message).toMatch(message);
    expect((await read()).workflows).toEqual([DEFAULT_WORKFLOW]);
  });
});
