import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Instance, instance as instanceSchema } from '../../api/contract/instance.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Api, apiOf, defineFields, FIELDS, succeed } from './reference.ts';

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

const read = async (query = ''): Promise<Instance> => succeed(await api.get<Instance>(`/instance${query}`)).body.item;
const put = (instance: object) => admin.put<Instance>('/instance', { instance });

/** Of the reference, with what each is when nobody has changed it. */
const DOCUMENTED = {
  id: expect.any(String),
  groupId: '',
  name: 'IT Help Desk',
  enabled: true,
  tenantId: '',
  teamId: '',
  channelId: '',
  subscriptionId: '',
  mailAddress: '',
  customFields: [],
  customFieldsLeft: [],
  customFieldsRight: [],
  optionalFieldsLeft: expect.any(Array),
  optionalFieldsRight: expect.any(Array),
  assignees: { type: 'teamsOwner', peoples: [] },
  assigneeRules: [],
  defaultRuleAssignee: [],
  isAutomaticAssignTickets: false,
  alertNotification: { created: true, assigned: true, commented: true, statusChanged: true, dueSoon: true },
  isAutoAssignIdleTickets: false,
  dayBeforeTicketsIdle: 0,
  idleTicketAssignedTo: [],
  isNotifyIdleTicket: false,
};

describe('GET /instance', () => {
  test.each(Object.entries(DOCUMENTED))('TW-46 %s', async (name, expected) => {
    expect((await read())[name as keyof Instance]).toEqual(expected);
  });

  test('TW-46 nothing else but what is ours', async () => {
    const further = ['workflows', 'isCustomWorkflow', 'sla', 'isPrivate', 'language', 'followersRule'];
    expect(Object.keys(await read()).sort()).toEqual([...Object.keys(DOCUMENTED), ...further].sort());
    expect(Object.keys(instanceSchema.shape).sort()).toEqual([...Object.keys(DOCUMENTED), ...further].sort());
  });

  test('TW-5 never the keys, whoever asks', async () => {
    for (const slot of ['primary', 'secondary', 'administrative'] as const) {
      const { status, text } = await apiOf(made, slot).get('/instance');
      expect(status).toBe(200);
      expect(Object.values(made.keys).filter((key) => text.includes(key.slice(5)))).toEqual([]);
    }
  });

  test('TW-11 the definition of a custom field says how to fill it', async () => {
    await defineFields(made);
    const { customFields } = await read();
    expect(customFields.find(({ id }) => id === FIELDS.services.id)).toEqual({
      id: FIELDS.services.id,
      title: 'Services',
      label: 'Services',
      type: { key: 'list', text: 'List' },
      isMandatory: false,
      status: 'visible',
      defaultValue: null,
      options: FIELDS.services.options,
      isMultiple: true,
      isSeeTicket: false,
    });
    expect(customFields.map(({ id }) => id.length)).toEqual(Array(7).fill(36));
  });

  test('TW-46 the default workflow', async () => {
    const { workflows, isCustomWorkflow } = await read();
    expect(isCustomWorkflow).toBe(false);
    expect(workflows).toHaveLength(1);
    expect(
      workflows[0]!.states.map(({ label, category, nextSteps }) => `${label} (${category}) -> ${nextSteps.join(', ')}`),
    ).toEqual([
      'Open (new) -> started, pending, resolved, closed',
      'Started (active) -> pending, resolved, closed',
      'Pending (waiting) -> started, resolved, closed',
      'Resolved (resolved) -> closed, reopened',
      'Closed (closed) -> reopened',
      'Reopened (active) -> started, pending, resolved, closed',
    ]);
  });

  test('TW-46 an ETag and 304', async () => {
    const { headers } = await api.get('/instance');
    const known = { 'If-None-Match': headers.get('ETag')! };
    expect((await api.get('/instance', known)).status).toBe(304);
    succeed(await put({ name: 'Other' }));
    expect((await api.get('/instance', known)).status).toBe(200);
  });
});

describe('working hours in the timezone of the caller', () => {
  const sla = (timezone: string, weekday: number, from: string, to: string) => ({
    timezone,
    workingHours: [{ weekday, from, to }],
    holidays: [],
    targets: [],
    warningPercent: 75,
    escalateTo: [],
  });
  const zones = [
    {
      name: 'TW-46 as they are without one',
      own: sla('Europe/Berlin', 1, '09:00', '17:00'),
      query: '',
      expected: ['1 09:00-17:00'],
    },
    {
      name: 'TW-46 the same zone',
      own: sla('Europe/Berlin', 1, '09:00', '17:00'),
      query: '?timezone=Europe/Berlin',
      expected: ['1 09:00-17:00'],
    },
    {
      name: 'TW-46 timezone=0, in winter',
      own: sla('Europe/Berlin', 1, '09:00', '17:00'),
      query: '?timezone=0',
      expected: ['1 08:00-16:00'],
    },
    {
      name: 'TW-46 timezone=5.5',
      own: sla('UTC', 1, '09:00', '17:00'),
      query: '?timezone=5.5',
      expected: ['1 14:30-22:30'],
    },
    {
      name: 'TW-46 past midnight',
      own: sla('UTC', 1, '09:00', '17:00'),
      query: '?timezone=10',
      expected: ['1 19:00-24:00', '2 00:00-03:00'],
    },
    {
      name: 'TW-46 before midnight of the week',
      own: sla('UTC', 1, '00:00', '04:00'),
      query: '?timezone=-3',
      expected: ['7 21:00-24:00', '1 00:00-01:00'],
    },
  ];
  test.each(zones)('$name', async ({ own, query, expected }) => {
    succeed(await put({ sla: own }));
    const { workingHours } = (await read(query)).sla;
    expect(workingHours.map(({ weekday, from, to }) => `${weekday} ${from}-${to}`)).toEqual(expected);
  });

  test('400 a timezone that is none', async () => {
    const { status, body } = await api.get('/instance?timezone=Mars/Phobos');
    expect({ status, fields: body.errors.map((error) => error.field) }).toEqual({ status: 400, fields: ['timezone'] });
  });
});
