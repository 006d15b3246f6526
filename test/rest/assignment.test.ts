import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Instance } from '../../api/contract/instance.ts';
import type { Ticket, TicketUpdate } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, FIELDS, GRACE, succeed } from './reference.ts';
import { asPerson, signedIn } from './signed-in.ts';

/** `isAutomaticAssignTickets`: whom a new ticket goes to when nobody is named. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

let instance: TestInstance;
let api: Api;
/** They work tickets. */
let ana: LocalPerson;
let ben: LocalPerson;
let cem: LocalPerson;
beforeEach(async () => {
  instance = await server.newInstance();
  api = apiOf(instance);
  [ana, ben, cem] = ['Ana', 'Ben', 'Cem'].map(server.newPerson) as [LocalPerson, LocalPerson, LocalPerson];
  for (const person of [ana, ben, cem]) await server.join(instance.id, person, 'assignee');
});

type Rule = Instance['assigneeRules'][number];
type Condition = Rule['conditions'][number];

const rule = (peoples: LocalPerson[], assign: Rule['assign'] = 'person', conditions: Condition[] = []): Rule => ({
  conditions,
  assign,
  peoples: peoples.map(asPerson),
});
const on = (
  field: Condition['field'],
  operator: Condition['operator'],
  value: string,
  fieldId?: string,
): Condition => ({
  field,
  operator,
  value,
  ...(fieldId !== undefined && { fieldId }),
});
const settings = async (more: object) =>
  succeed(
    await apiOf(instance, 'administrative').put('/instance', { instance: { isAutomaticAssignTickets: true, ...more } }),
  );
const rules = (...assigneeRules: Rule[]) => settings({ assigneeRules });

const assignee = async (fields?: TicketUpdate): Promise<string> => nameOf(await api.newTicket(fields));
const nameOf = ({ assignee: { id }, assignee }: Ticket): string =>
  id !== '' && 'name' in assignee ? assignee.name : '';
/** How many of these names there are of each. */
const counted = (names: string[]): Record<string, number> =>
  Object.fromEntries(
    Map.groupBy(names, (name) => name)
      .entries()
      .map(([name, all]) => [name, all.length]),
  );

describe('a new ticket', () => {
  test('goes to the person of the first rule that fits, in the activity that made it', async () => {
    await rules(rule([ana], 'person', [on('title', 'contains', 'printer')]), rule([ben, cem]), rule([cem]));
    const ticket = await api.newTicket();
    expect(ticket.assignee).toEqual(asPerson(ben));
    expect((await api.ticket(ticket.id)).assignee).toEqual(asPerson(ben));
    expect(await api.history(ticket.id)).toMatchObject([
      { action: 'created', changes: [{ name: 'assignee', oldValue: { id: '' }, newValue: asPerson(ben) }] },
    ]);
    expect(succeed(await api.get(`/tickets?assigneeId=${ben.id}`)).body.items).toHaveLength(1);
    expect(await assignee({ title: 'The PRINTER is on fire' })).toBe('Ana');
  });

  test('goes by the default rule when none fits, whatever conditions that names, and to nobody without one', async () => {
    const never = on('title', 'is', 'never');
    await rules(rule([ana], 'person', [never]));
    expect(await assignee()).toBe('');
    await settings({ defaultRuleAssignee: [rule([cem], 'person', [never])] });
    expect(await assignee()).toBe('Cem');
    expect(await assignee({ title: 'Never' })).toBe('Ana');
  });

  test('stays with whom it was given to, and with nobody while it is switched off', async () => {
    await rules(rule([ana]));
    expect(await assignee({ assignee: GRACE })).toBe('Grace');
    expect(await assignee({ assignee: { id: '' } })).toBe('Ana');
    expect(await assignee({ assignee: null })).toBe('Ana');
    await settings({ isAutomaticAssignTickets: false });
    expect(await assignee()).toBe('');
  });

  test('of a member goes by the rules too', async () => {
    await rules(rule([ana]));
    const mara = server.newPerson('Mara');
    const member = signedIn(await server.join(instance.id, mara, 'member'));
    const ticket = { title: 'My VPN is down', requestor: asPerson(mara) };
    const made = succeed(await member.send('POST', '/tickets', { ticket }));
    expect(nameOf(made.body.item)).toBe('Ana');
  });

  test('goes to nobody who does not work tickets here: unknown, taken out, made a member', async () => {
    const mara = server.newPerson('Mara');
    await server.join(instance.id, mara, 'member');
    const unknown = server.newPerson('Una');
    await rules(rule([unknown, mara, ana, ben]));
    expect(await assignee()).toBe('Ana');
    const admin = apiOf(instance, 'administrative');
    succeed(await admin.delete(`/members/${ana.id}`));
    expect(await assignee()).toBe('Ben');
    const { name, email, tenantId } = ben;
    succeed(await admin.put(`/members/${ben.id}`, { name, email, tenantId, role: 'member' }));
    expect(await assignee()).toBe('');
    await settings({ assignees: { type: 'customAssignee', peoples: [asPerson(mara)] } });
    expect(await assignee()).toBe('Mara');
    await settings({ assignees: { type: 'customAssignee', peoples: [asPerson(unknown)] } });
    expect(await assignee()).toBe('Una');
  });
});

describe('a condition', () => {
  const { asset, site, blocking, people } = FIELDS;
  const [headquarters] = site.options ?? [];
  const ticket: TicketUpdate = {
    title: 'VPN is Down',
    description: 'Since the Update',
    priority: 'Urgent',
    tags: [
      { tagCategoryId: 'area', text: 'Wi-Fi' },
      { tagCategoryId: 'kind', text: 'Incident' },
    ],
    customFields: {
      [asset.id]: 'LT-4711',
      [site.id]: [headquarters?.key],
      [blocking.id]: true,
      [people.id]: [GRACE],
    },
  };
  const cases: [Condition, boolean][] = [
    [on('title', 'is', ' vpn is down '), true],
    [on('title', 'is', 'VPN'), false],
    [on('title', 'isNot', 'VPN'), true],
    [on('title', 'isNot', 'vpn is DOWN'), false],
    [on('title', 'contains', 'n IS d'), true],
    [on('title', 'contains', 'printer'), false],
    [on('description', 'contains', 'update'), true],
    [on('description', 'is', ''), false],
    [on('priority', 'is', 'urgent'), true],
    [on('priority', 'isNot', 'Urgent'), false],
    [on('tags', 'is', 'wi-fi'), true],
    [on('tags', 'is', 'area_Wi-Fi'), true],
    [on('tags', 'is', 'Wi'), false],
    [on('tags', 'contains', 'Wi'), true],
    [on('tags', 'isNot', 'incident'), false],
    [on('tags', 'isNot', 'Request'), true],
    [on('requestor', 'is', ADA.email), true],
    [on('requestor', 'is', 'ada'), true],
    [on('requestor', 'contains', '@'), true],
    [on('requestor', 'isNot', ADA.id), false],
    [on('customFields', 'is', 'lt-4711', asset.id), true],
    [on('customFields', 'contains', 'lt-', asset.id), true],
    [on('customFields', 'is', headquarters?.key ?? '', site.id), true],
    [on('customFields', 'is', headquarters?.text ?? '', site.id), true],
    [on('customFields', 'isNot', headquarters?.text ?? '', site.id), false],
    [on('customFields', 'is', 'true', blocking.id), true],
    [on('customFields', 'is', GRACE.email, people.id), true],
    [on('customFields', 'is', '', FIELDS.steps.id), true],
    [on('customFields', 'isNot', '', asset.id), true],
    [on('customFields', 'contains', 'x'), false],
  ];
  test.each(cases)('%j: %s', async (condition, isMet) => {
    const customFields = [asset, site, blocking, people, FIELDS.steps];
    await settings({ customFields, assigneeRules: [rule([ana], 'person', [condition])] });
    expect(await assignee(ticket)).toBe(isMet ? 'Ana' : '');
  });

  test('has to be met by each ticket beside all others of its rule', async () => {
    await rules(rule([ana], 'person', [on('title', 'contains', 'vpn'), on('priority', 'is', 'Low')]));
    expect(await assignee({ title: 'VPN', priority: 'Low' })).toBe('Ana');
    expect(await assignee({ title: 'VPN' })).toBe('');
    expect(await assignee({ title: 'Mail', priority: 'Low' })).toBe('');
  });
});

describe('round robin', () => {
  const many = (count: number, fields?: TicketUpdate) =>
    Promise.all(Array.from({ length: count }, () => assignee(fields)));

  test('gives each the same share of what is opened at one moment, and goes on where it was', async () => {
    await rules(rule([ana, ben, cem], 'roundRobin'));
    expect(counted(await many(60))).toEqual({ Ana: 20, Ben: 20, Cem: 20 });
    const next = [await assignee(), await assignee(), await assignee(), await assignee()];
    expect(new Set(next.slice(0, 3)).size).toBe(3);
    expect(next[3]).toBe(next[0]);
  });

  test('is fair by itself, whatever other rules and tickets there are in between', async () => {
    const vpn = { title: 'VPN' };
    await rules(
      rule([ana, ben], 'roundRobin', [on('title', 'is', 'VPN')]),
      rule([ben, cem], 'roundRobin', [on('title', 'is', 'Mail')]),
    );
    const names: string[] = [];
    for (let count = 0; count < 6; count++) {
      names.push(await assignee(vpn));
      await assignee();
      await assignee({ title: 'Mail' });
      if (count % 2) await assignee({ title: 'Mail' });
    }
    expect(counted(names)).toEqual({ Ana: 3, Ben: 3 });
  });

  test('shares the turns of somebody who is gone out among all others', async () => {
    await rules(rule([ana, ben, cem], 'roundRobin'));
    succeed(await apiOf(instance, 'administrative').delete(`/members/${ben.id}`));
    expect(counted(await many(10))).toEqual({ Ana: 5, Cem: 5 });
  });

  test('uses up no turn for a request that is repeated', async () => {
    await rules(rule([ana, ben], 'roundRobin'));
    const body = { ticket: { title: 'Once', requestor: ADA }, user: ADA };
    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const names: string[] = [];
    for (let count = 0; count < 4; count++) {
      names.push(nameOf(succeed(await api.post('/tickets', body, key)).body.item));
      names.push(await assignee());
    }
    expect(new Set(names.filter((_, index) => index % 2 === 0)).size).toBe(1);
    expect(counted(names.filter((_, index) => index % 2 === 1))).toEqual({ Ana: 2, Ben: 2 });
  });
});

describe('least open', () => {
  test('looks at what is not done yet, and shares out what comes to those with equally little', async () => {
    const busy = await api.newTicket({ assignee: asPerson(ana) });
    await api.newTicket({ assignee: asPerson(ben) });
    await api.move((await api.newTicket({ assignee: asPerson(cem) })).id, 'Resolved');
    await rules(rule([ana, ben, cem], 'leastOpen'));
    expect(await assignee()).toBe('Cem');
    await api.move(busy.id, 'Pending');
    const next = [await assignee(), await assignee(), await assignee()];
    expect(next.toSorted()).toEqual(['Ana', 'Ben', 'Cem']);
    await api.move(busy.id, 'Closed');
    expect(await assignee()).toBe('Ana');
  });

  test('leaves nobody idle and nobody alone in a rush', async () => {
    await rules(rule([ana, ben, cem], 'leastOpen'));
    const names = await Promise.all(Array.from({ length: 30 }, () => assignee()));
    const shares = Object.values(counted(names));
    expect(shares).toHaveLength(3);
    expect(Math.max(...shares)).toBeLessThanOrEqual(20);
  });
});
