import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Instance } from '../../api/contract/instance.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Api, apiOf, GRACE, LINUS, succeed } from './reference.ts';

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

const read = async (): Promise<Instance> => succeed(await api.get<Instance>('/instance')).body.item;
const put = (instance: object) => admin.put<Instance>('/instance', { instance });

const rule = {
  id: 'vpn',
  name: 'VPN',
  conditions: [{ field: 'title', operator: 'contains', value: 'VPN' }],
  assign: 'person',
  peoples: [GRACE],
};
const settings = [
  { name: 'name', value: 'Service Desk' },
  { name: 'enabled', value: false },
  { name: 'mailAddress', value: 'help@contoso.com' },
  { name: 'optionalFieldsLeft', value: [{ id: 'priority', title: 'Urgency', isMandatory: true, status: 'visible' }] },
  { name: 'optionalFieldsRight', value: [{ id: 'tags', title: 'Tags', isMandatory: false, status: 'hidden' }] },
  { name: 'assignees', value: { type: 'customAssignee', peoples: [GRACE, LINUS] } },
  { name: 'assigneeRules', value: [rule] },
  { name: 'defaultRuleAssignee', value: [{ ...rule, conditions: [], assign: 'roundRobin' }] },
  { name: 'isAutomaticAssignTickets', value: true },
  {
    name: 'alertNotification',
    value: { created: false, assigned: false, commented: true, statusChanged: false, dueSoon: true },
  },
  { name: 'followersRule', value: { peoples: [GRACE], isMentioned: false, isCommenter: true } },
  { name: 'language', value: 'de' },
  { name: 'isAutoAssignIdleTickets', value: true },
  { name: 'dayBeforeTicketsIdle', value: 14 },
  { name: 'idleTicketAssignedTo', value: [LINUS] },
  { name: 'isNotifyIdleTicket', value: true },
  {
    name: 'sla',
    value: {
      timezone: 'Europe/Berlin',
      workingHours: [
        { weekday: 5, from: '08:00', to: '12:00' },
        { weekday: 5, from: '13:00', to: '24:00' },
      ],
      holidays: ['2026-12-25'],
      targets: [{ priority: 'Urgent', firstResponseMinutes: 15, resolutionMinutes: 120 }],
      warningPercent: 80,
      escalateTo: [GRACE],
    },
  },
];
describe('PUT /instance changes only what is given', () => {
  test.each(settings)('$name', async ({ name, value }) => {
    const before = await read();
    const { status, body } = await put({ [name]: value });
    expect({ status, item: body.item }).toEqual({ status: 200, item: { ...before, [name]: value } });
    expect(await read()).toEqual(body.item);
  });

  test('equal settings are no new version', async () => {
    const before = await api.get<Instance>('/instance');
    const answer = await put({ name: before.body.item.name, enabled: true });
    expect(answer.headers.get('ETag')).toBe(before.headers.get('ETag'));
  });

  test('412 when the settings have changed since', async () => {
    const known = (await api.get('/instance')).headers.get('ETag')!;
    succeed(await put({ name: 'First' }));
    const late = await admin.put('/instance', { instance: { name: 'Late' } }, { 'If-Match': known });
    expect(late).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect((await read()).name).toBe('First');
  });

  test('403 without the administrative key', async () => {
    for (const slot of ['primary', 'secondary'] as const) {
      const answer = await apiOf(made, slot).put('/instance', { instance: { name: 'Mine' } });
      expect(answer).toMatchObject({ status: 403, body: { error: true, code: 'forbidden' } });
    }
    expect((await read()).name).toBe('IT Help Desk');
  });

  test('a help desk that is switched off can be read, but not written to', async () => {
    const { id } = await api.newTicket();
    succeed(await put({ enabled: false }));
    expect(await api.put(`/tickets/${id}`, { ticket: { title: 'New' } })).toMatchObject({
      status: 403,
      body: { code: 'switched_off' },
    });
    expect((await api.get(`/tickets/${id}`)).status).toBe(200);
    succeed(await put({ enabled: true }));
    expect((await api.put(`/tickets/${id}`, { ticket: { title: 'New' } })).status).toBe(200);
  });
});

const slaWith = (part: object) => ({
  sla: { timezone: 'UTC', workingHours: [], holidays: [], targets: [], warningPercent: 75, escalateTo: [], ...part },
});
const wrong = [
  { name: '400 no instance', settings: undefined, field: 'instance' },
  { name: '400 an empty name', settings: { name: ' ' }, field: 'instance.name' },
  {
    name: '400 an unknown kind of assignees',
    settings: { assignees: { type: 'everybody', peoples: [] } },
    field: 'instance.assignees.type',
  },
  { name: '400 a language that it does not speak', settings: { language: 'es' }, field: 'instance.language' },
  { name: '400 negative days', settings: { dayBeforeTicketsIdle: -1 }, field: 'instance.dayBeforeTicketsIdle' },
  {
    name: '400 a rule about nothing',
    settings: { assigneeRules: [{ ...rule, conditions: [{ field: 'mood', operator: 'is', value: 'x' }] }] },
    field: 'instance.assigneeRules.0.conditions.0.field',
  },
  { name: '400 a zone that is none', settings: slaWith({ timezone: 'Mars/Phobos' }), field: 'instance.sla.timezone' },
  {
    name: '400 a zone in hours, which know no summer time',
    settings: slaWith({ timezone: '5.5' }),
    field: 'instance.sla.timezone',
  },
  {
    name: '400 an hour that is none',
    settings: slaWith({ workingHours: [{ weekday: 1, from: '25:00', to: '26:00' }] }),
    field: 'instance.sla.workingHours.0.from',
  },
  {
    name: '400 hours that end before they begin',
    settings: slaWith({ workingHours: [{ weekday: 1, from: '17:00', to: '09:00' }] }),
    field: 'instance.sla.workingHours.0',
  },
  {
    name: '400 a day of the week that is none',
    settings: slaWith({ workingHours: [{ weekday: 8, from: '09:00', to: '17:00' }] }),
    field: 'instance.sla.workingHours.0.weekday',
  },
  {
    name: '400 a holiday that does not exist',
    settings: slaWith({ holidays: ['2026-02-30'] }),
    field: 'instance.sla.holidays.0',
  },
];
test.each(wrong)('$name', async ({ settings: given, field }) => {
  const before = await read();
  const { status, body } = await admin.put('/instance', { instance: given });
  expect(status).toBe(400);
  expect(body.errors.map((error) => error.field)).toContain(field);
  expect(await read()).toEqual(before);
});
