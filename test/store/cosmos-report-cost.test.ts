import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PRIORITIES } from '../../api/contract/tickets.ts';
import { createInstance } from '../../api/core/instances.ts';
import { fakeClock } from '../helpers/clock.ts';
import { type CosmosStandIn, cosmosStandIn } from '../helpers/cosmos/stand-in.ts';
import { person, ticketDocument, uuid } from '../helpers/documents.ts';
import { type CosmosNode, openNode } from './cosmos-node.ts';
import { putNew } from './subject.ts';

/** What reports, and erasing somebody, ask of the account; request units as the stand-in estimates them. */

const TICKETS = 2000;
const DAY_MS = 24 * 60 * 60 * 1000;

const clock = fakeClock();
let standIn: CosmosStandIn;
let node: CosmosNode;
let id: string;

beforeAll(async () => {
  standIn = cosmosStandIn({ now: clock.now });
  node = await openNode(standIn, clock);
  id = (await createInstance(node.environment, { name: 'IT Help Desk' })).record.id;
  const now = clock.now().getTime();
  // Over two years; one in ten is open; each with a description as people write it.
  const tickets = Array.from({ length: TICKETS }, (_, index) => {
    const at = now - 730 * DAY_MS * (1 - index / TICKETS);
    const iso = (ms: number) => new Date(Math.min(now, at + ms)).toISOString();
    const isOpen = index % 10 === 0;
    return ticketDocument({
      ticketNo: index + 1,
      id: uuid(index + 1),
      description: 'word '.repeat(80),
      statusId: isOpen ? 'open' : 'closed',
      priority: PRIORITIES[index % 4]!,
      assignee: person(`Agent${index % 40}`),
      requestor: person(`Requestor${index % 500}`),
      tags: [{ tagCategoryId: 'area', text: `Tag ${index % 8}` }],
      createdOn: iso(0),
      firstResponseOn: isOpen ? '' : iso(DAY_MS / 10),
      lastResolutionOn: isOpen ? '' : iso(DAY_MS),
    });
  });
  await putNew(node.environment.store.instance(id), 'ticket', tickets);
}, 60_000);

const lines = [`| of ${TICKETS} tickets | queries | RU |`, '| --- | --- | --- |'];
afterAll(() => {
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
});

const MONTH = {};
const ALL = { from: '2024-12-28' };

test.each<[string, 'getReport' | 'getReportGroups' | 'getTraces', object, number]>([
  // The tickets, and of the overview what was reopened.
  ['the overview of 30 days', 'getReport', MONTH, 2],
  ['the overview of 30 days, of one assignee', 'getReport', { ...MONTH, assigneeId: 'agent7-id' }, 2],
  ['the overview of 400 days and the 400 before', 'getReport', ALL, 2],
  ['30 days by assignee', 'getReportGroups', { ...MONTH, by: 'assignee' }, 2],
  ['30 days by tag', 'getReportGroups', { ...MONTH, by: 'tag' }, 2],
  ['400 days by assignee', 'getReportGroups', { ...ALL, by: 'assignee' }, 2],
  // What 500 people are called takes two.
  ['400 days by requestor', 'getReportGroups', { ...ALL, by: 'requestor' }, 3],
])('%s: %s %j asks %d queries of one partition', async (name, operation, input, queries) => {
  await node.ask(id, 'getInstance', {});
  standIn.account.takeAccount();
  await node.ask(id, operation as 'getReport', input as never);
  const { requests, requestUnits, fullScans } = standIn.account.takeAccount();
  expect(requests).toMatchObject({ query: queries, crossPartitionQuery: 0, batch: 0 });
  expect(fullScans).toBe(0);
  lines.push(`| ${name} | ${queries} | ${requestUnits.toFixed(0)} |`);
});

test('the same report again asks nothing', async () => {
  await node.ask(id, 'getReport', { from: '2026-01-01' });
  standIn.account.takeAccount();
  await Promise.all([
    node.ask(id, 'getReport', { from: '2026-01-01' }),
    node.ask(id, 'getReport', { from: '2026-01-01' }),
  ]);
  expect(standIn.account.takeAccount().requests.query).toBe(0);
});

test('what is known of a person reads the partition once, when the index tells of their mail address', async () => {
  standIn.account.takeAccount();
  const { personId } = { personId: 'requestor7-id' };
  await node.ask(id, 'getTraces', { personId });
  const { requests, requestUnits } = standIn.account.takeAccount();
  expect(requests.crossPartitionQuery).toBe(0);
  lines.push(`| what is known of a person | ${requests.query} | ${requestUnits.toFixed(0)} |`);
});
