import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, FIELDS, GRACE, LINUS } from './reference.ts';
import { AREA, MAIL, makeTickets, type VariedTicket } from './reference-tickets.ts';

let server: TestServer;
let api: Api;
let tickets: VariedTicket[];

beforeAll(async () => {
  server = await startServer();
  const instance = await server.newInstance();
  tickets = await makeTickets(server, instance);
  api = apiOf(instance);
});
afterAll(() => server.close());

type Case = { name: string; query: string; matches: (ticket: VariedTicket) => boolean };

const hasTag =
  (...texts: string[]) =>
  (ticket: VariedTicket) =>
    ticket.tags.some((tag) => texts.includes(tag.text));
const inTitle = (part: string) => (ticket: VariedTicket) => ticket.title.toLowerCase().includes(part);
const inState =
  (...labels: string[]) =>
  (ticket: VariedTicket) =>
    labels.includes(ticket.status);
const custom = (name: keyof typeof FIELDS) => `customFields.${FIELDS[name].id}`;
const customOf = (ticket: VariedTicket, name: keyof typeof FIELDS) => ticket.customFields[FIELDS[name].id];
const [mailService] = FIELDS.services.options!;
const [berlin] = FIELDS.site.options!;

const filters: Case[] = [
  { name: 'TW-14 a part of the title', query: 'title=printer', matches: inTitle('printer') },
  { name: 'TW-14 in any case', query: 'title=PRINTER+IS', matches: inTitle('printer is') },
  { name: 'TW-14 beyond ASCII, in any case', query: 'title=%C3%84RGER', matches: inTitle('ärger') },
  { name: 'TW-14 a percent sign is itself', query: 'title=0%25', matches: inTitle('0%') },
  { name: 'TW-14 an underscore is itself', query: 'title=p_f', matches: inTitle('p_f') },
  { name: 'TW-15 Open', query: 'status=Open', matches: inState('Open') },
  { name: 'TW-15 Started', query: 'status=Started', matches: inState('Started') },
  { name: 'TW-15 Pending, which is ours', query: 'status=Pending', matches: inState('Pending') },
  { name: 'TW-15 Resolved', query: 'status=Resolved', matches: inState('Resolved') },
  { name: 'TW-15 Closed, with the blank of the reference', query: 'status=%20Closed', matches: inState('Closed') },
  { name: 'TW-15 Reopened', query: 'status=Reopened', matches: inState('Reopened') },
  { name: 'TW-15 In Progress means Started', query: 'status=In%20Progress', matches: inState('Started') },
  { name: 'TW-15 a comma list', query: 'status=Open,%20Closed', matches: inState('Open', 'Closed') },
  { name: 'TW-15 statusId', query: 'statusId=pending', matches: inState('Pending') },
  {
    name: 'TW-15 a comma list of statusId',
    query: 'statusId=reopened,started',
    matches: inState('Reopened', 'Started'),
  },
  { name: 'TW-15 isResolved=true', query: 'isResolved=true', matches: inState('Resolved', 'Closed') },
  { name: 'TW-15 isResolved=false', query: 'isResolved=false', matches: (t) => !inState('Resolved', 'Closed')(t) },
  { name: 'TW-16 Low', query: 'priority=Low', matches: (t) => t.priority === 'Low' },
  { name: 'TW-16 Medium', query: 'priority=Medium', matches: (t) => t.priority === 'Medium' },
  { name: 'TW-16 Important', query: 'priority=Important', matches: (t) => t.priority === 'Important' },
  { name: 'TW-16 Urgent', query: 'priority=Urgent', matches: (t) => t.priority === 'Urgent' },
  { name: 'TW-16 a comma list', query: 'priority=Low,Urgent', matches: (t) => ['Low', 'Urgent'].includes(t.priority) },
  { name: 'TW-17 one tag', query: `tags=${AREA}_Network`, matches: hasTag('Network') },
  { name: 'TW-17 a tag with a blank', query: `tags=${AREA}_my%20tag`, matches: hasTag('my tag') },
  { name: 'TW-17 in any case', query: `tags=${AREA.toUpperCase()}_hardware`, matches: hasTag('HARDWARE') },
  {
    name: 'TW-17 any of several',
    query: `tags=${AREA}_my tag,${AREA}_HARDWARE`,
    matches: hasTag('my tag', 'HARDWARE'),
  },
  { name: 'TW-13 a word of the title', query: 'search=toner', matches: inTitle('toner') },
  { name: 'TW-13 a part of a word', query: 'search=inte', matches: inTitle('printer') },
  { name: 'TW-13 in any case, beyond ASCII', query: 'search=%C3%A4RGER', matches: inTitle('ärger') },
  {
    name: 'TW-13 every word',
    query: 'search=spooler+vpn',
    matches: (t) => inTitle('vpn')(t) && t.comments.includes('spooler'),
  },
  { name: 'TW-13 the description', query: 'search=blinks', matches: (t) => t.description.includes('blinks') },
  { name: 'TW-13 the text of the comments', query: 'search=cable', matches: (t) => t.comments.includes('cable') },
  {
    name: "TW-13 the requestor's name",
    query: 'search=%C3%A5ngstr',
    matches: (t) => t.requestor.name === 'Zoë Ångström',
  },
  { name: "TW-13 the assignee's mail", query: 'search=grace@contoso', matches: (t) => t.assignee.id === GRACE.id },
  { name: 'TW-13 tags', query: 'search=hardware', matches: hasTag('HARDWARE') },
  { name: 'TW-13 text custom fields', query: 'search=0815', matches: (t) => customOf(t, 'asset') === 'Laptop 0815' },
  { name: 'TW-13 the number', query: 'search=24', matches: (t) => t.ticketNo === 24 },
  { name: 'assigneeId', query: `assigneeId=${GRACE.id}`, matches: (t) => t.assignee.id === GRACE.id },
  { name: 'assigneeId=none', query: 'assigneeId=none', matches: (t) => t.assignee.id === '' },
  {
    name: 'assigneeEmail, in any case',
    query: 'assigneeEmail=VISITOR@fabrikam.com',
    matches: (t) => t.assignee.id === MAIL.id,
  },
  { name: 'assigneeEmail=none', query: 'assigneeEmail=none', matches: (t) => t.assignee.id === '' },
  { name: 'requestorId', query: `requestorId=${ADA.id}`, matches: (t) => t.requestor.id === ADA.id },
  {
    name: 'requestorEmail, in any case',
    query: 'requestorEmail=zoe@contoso.com',
    matches: (t) => t.requestor.id === 'Zoe-ID',
  },
  { name: 'ticketNo', query: 'ticketNo=7', matches: (t) => t.ticketNo === 7 },
  {
    name: 'followerId',
    query: `followerId=${LINUS.id}`,
    matches: (t) => t.followers.some(({ id }) => id === LINUS.id),
  },
  {
    name: 'unseenById',
    query: `unseenById=${GRACE.id.toUpperCase()}`,
    matches: (t) =>
      (t.assignee.id === GRACE.id && t.assigneeUnseenEventCnt > 0) ||
      (t.requestor.id === GRACE.id && t.requestorUnseenEventCnt > 0),
  },
  {
    name: 'unseenById of a requestor',
    query: `unseenById=${ADA.id}`,
    matches: (t) => t.requestor.id === ADA.id && t.requestorUnseenEventCnt > 0,
  },
  { name: 'origin', query: 'origin=email,BOT', matches: (t) => t.origin === 'bot' },
  {
    name: 'resolution',
    query: 'resolution=Fixed,cancelled',
    matches: (t) => ['fixed', 'cancelled'].includes(t.resolution),
  },
  { name: 'isFrtBreached=true', query: 'isFrtBreached=true', matches: (t) => t.isFrtBreached },
  { name: 'isFrtBreached=false', query: 'isFrtBreached=false', matches: (t) => !t.isFrtBreached },
  { name: 'isRtBreached=true', query: 'isRtBreached=true', matches: (t) => t.isRtBreached },
  { name: 'isRtBreached=false', query: 'isRtBreached=false', matches: (t) => !t.isRtBreached },
  {
    name: 'TW-11 a text field',
    query: `${custom('asset')}=laptop%200815`,
    matches: (t) => customOf(t, 'asset') === 'Laptop 0815',
  },
  {
    name: 'TW-11 a toggle that is on',
    query: `${custom('blocking')}=true`,
    matches: (t) => customOf(t, 'blocking') === true,
  },
  {
    name: 'TW-11 a toggle that is off',
    query: `${custom('blocking')}=false`,
    matches: (t) => customOf(t, 'blocking') === false,
  },
  {
    name: 'TW-11 an option',
    query: `${custom('site')}=${berlin!.key}`,
    matches: (t) => customOf(t, 'site') !== undefined,
  },
  {
    name: 'TW-11 one of several options',
    query: `${custom('services')}=${mailService!.key}`,
    matches: (t) => customOf(t, 'services') !== undefined,
  },
  {
    name: 'TW-11 a person',
    query: `${custom('people')}=${ADA.id}`,
    matches: (t) => customOf(t, 'people') !== undefined,
  },
  {
    name: 'TW-11 a date',
    query: `${custom('needed')}=2026-02-10`,
    matches: (t) => customOf(t, 'needed') !== undefined,
  },
  {
    name: 'TW-11 two fields',
    query: `${custom('asset')}=laptop+0815&${custom('blocking')}=true`,
    matches: (t) => customOf(t, 'blocking') === true,
  },
  {
    name: 'TW-24 several filters together',
    query: 'priority=Low,Medium&isResolved=false&title=printer',
    matches: (t) =>
      ['Low', 'Medium'].includes(t.priority) && inTitle('printer')(t) && !inState('Resolved', 'Closed')(t),
  },
];

describe('each filter finds its tickets, all of them and no others', () => {
  test.each(filters)('$name', async ({ query, matches }) => {
    const expected = tickets.filter(matches).map(({ ticketNo }) => ticketNo);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(tickets.length);
    const { status, body } = await api.get(`/tickets?limit=1000&orderBy=ticketNo&order=ASC&${query}`);
    expect(status).toBe(200);
    expect(body.items.map(({ ticketNo }) => ticketNo)).toEqual(expected);
    expect(body.itemCount).toBe(expected.length);
  });

  const nothing = [
    { name: 'TW-13 a word that is nowhere', query: 'search=printer+unicorn' },
    { name: 'TW-14 a title that is none', query: 'title=printer%25toner' },
    { name: 'TW-17 a tag of another category', query: `tags=${AREA.replace('2', '3')}_Network` },
    { name: 'TW-17 a part of a tag', query: `tags=${AREA}_Netw` },
    { name: 'ticketNo of no ticket', query: 'ticketNo=4711' },
    { name: 'assigneeId of nobody', query: 'assigneeId=somebody' },
    { name: 'filters that contradict', query: 'status=Open&isResolved=true' },
  ];
  test.each(nothing)('$name finds nothing', async ({ query }) => {
    expect((await api.get(`/tickets?${query}`)).body).toMatchObject({ items: [], itemCount: 0, error: false });
  });

  test.each(['2', '%232', '%202%20'])('TW-13 an exact number comes first, whatever the order: %s', async (search) => {
    for (const order of ['ASC', 'DESC']) {
      const { items, itemCount } = (await api.get(`/tickets?search=${search}&orderBy=title&order=${order}`)).body;
      expect(items[0]?.ticketNo).toBe(2);
      expect(itemCount).toBeGreaterThan(5);
    }
  });
});

const STATES = 'Open, Started, Pending, Resolved, Closed, Reopened';
const ORDERS =
  'status, ticketId, title, requestorName, requestorEmail, assigneeName, assigneeEmail, expectedDate, priority, ' +
  'createdDateTime, lastInteraction, createdOn, lastUpdatedOn, ticketNo';

describe('400 names what is allowed', () => {
  const wrong = [
    { name: '400 status', query: 'status=Done', message: `status: must be one of: ${STATES}` },
    {
      name: '400 a status in a list of good ones',
      query: 'status=Open,Done',
      message: `status: must be one of: ${STATES}`,
    },
    { name: '400 statusId', query: 'statusId=done', message: `statusId: must be one of: ${STATES.toLowerCase()}` },
    {
      name: '400 priority',
      query: 'priority=Critical',
      message: 'priority: must be one of: Low, Medium, Important, Urgent',
    },
    { name: '400 orderBy', query: 'orderBy=colour', message: `orderBy: must be one of: ${ORDERS}` },
    { name: '400 order', query: 'order=UP', message: 'order: must be one of: ASC, DESC' },
    { name: '400 isResolved', query: 'isResolved=maybe', message: expect.stringMatching(/^isResolved: .*boolean/) },
    {
      name: '400 isFrtBreached',
      query: 'isFrtBreached=1',
      message: expect.stringMatching(/^isFrtBreached: .*boolean/),
    },
    {
      name: '400 origin',
      query: 'origin=api,fax',
      message: 'origin: must be one of: api, bot, tab, email, helpdesk, loopdesk, bluetickets',
    },
    { name: '400 tags', query: 'tags=Network', message: 'tags: must be tagCategoryId_tagText' },
    { name: '400 ticketNo', query: 'ticketNo=first', message: expect.stringMatching(/^ticketNo: .*number/) },
    {
      name: '400 a custom field that is not defined',
      query: `customFields.${AREA}=1`,
      message: `customFields.${AREA}: is no custom field of this instance`,
    },
  ];
  test.each(wrong)('$name', async ({ query, message }) => {
    const { status, body } = await api.get(`/tickets?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_input', message, errors: [{ field: expect.any(String) }] });
  });
});
