import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Report, ReportGroup } from '../../api/contract/reports.ts';
import type { Change } from '../../api/store/store.ts';
import { person, ticketDocument, uuid } from '../helpers/documents.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { expectProblem } from './problems.ts';
import { ADA, type Api, apiOf, GRACE, succeed } from './reference.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let server: TestServer;
let made: TestInstance;
let api: Api;

beforeAll(async () => {
  server = await startServer();
});
beforeEach(async () => {
  made = await server.newInstance();
  api = apiOf(made);
});
afterAll(() => server.close());

const report = async (query = ''): Promise<Report> =>
  succeed(await api.get<Report>(`/reports/overview?${query}`)).body.item;
const groups = async (by: string, query = ''): Promise<ReportGroup[]> =>
  succeed(await api.get<ReportGroup>(`/reports/groups/${by}?${query}`)).body.items;
const today = (): string => server.clock.now().toISOString().slice(0, 10);
const daysAgo = (days: number): string =>
  new Date(server.clock.now().getTime() - days * DAY_MS).toISOString().slice(0, 10);
const NOTHING = { count: 0, medianMinutes: null, p90Minutes: null };

describe('the overview', () => {
  test('200 of an empty instance is nothing, on each of the last 30 days', async () => {
    const { current, previous, perDay, backlog, asOf } = await report();
    const none = { created: 0, resolved: 0, reopened: 0, firstResponse: NOTHING, resolution: NOTHING };
    expect(current).toEqual({ from: daysAgo(29), to: today(), ...none });
    expect(previous).toEqual({ from: daysAgo(59), to: daysAgo(30), ...none });
    expect(perDay).toHaveLength(30);
    expect(perDay.at(-1)).toEqual({ date: today(), created: 0, resolved: 0 });
    expect(backlog.total).toBe(0);
    expect(backlog.states.map(({ status }) => status)).toEqual(['Open', 'Started', 'Pending', 'Reopened']);
    expect(asOf).toBe(server.clock.now().toISOString());
  });

  test('200 follows a ticket through its life, at once', async () => {
    const { id } = await api.newTicket();
    expect((await report()).current).toMatchObject({ created: 1, resolved: 0, firstResponse: NOTHING });
    server.clock.advance(6 * MINUTE_MS);
    await api.post(`/tickets/${id}/comments`, { comment: 'Which printer?', user: GRACE });
    expect((await report()).current.firstResponse).toEqual({ count: 1, medianMinutes: 6, p90Minutes: 6 });
    server.clock.advance(18_000);
    await api.move(id, 'Resolved');
    expect(await report()).toMatchObject({
      current: { resolved: 1, reopened: 0, resolution: { count: 1, medianMinutes: 6.3, p90Minutes: 6.3 } },
      backlog: { total: 0 },
    });
    await api.move(id, 'Reopened');
    expect(await report()).toMatchObject({
      current: { created: 1, resolved: 1, reopened: 1 },
      backlog: { total: 1, ages: [{ days: '0-1', count: 1 }, {}, {}, {}, {}] },
    });
    server.clock.advance(DAY_MS);
    expect((await report(`from=${today()}&to=${today()}`)).current).toMatchObject({ created: 0, resolved: 0 });
    expect((await report()).backlog.ages.slice(0, 2)).toEqual([
      { days: '0-1', count: 0 },
      { days: '1-3', count: 1 },
    ]);
    expect(succeed(await api.delete(`/tickets/${id}`)).status).toBe(204);
    expect(await report()).toMatchObject({ current: { created: 0, resolved: 0, reopened: 0 }, backlog: { total: 0 } });
  });

  test('200 the median and the 90th percentile are times that were measured', async () => {
    const at = server.clock.now().getTime();
    await put(
      Array.from({ length: 20 }, (_, index) => ({
        createdOn: new Date(at - HOUR_MS).toISOString(),
        firstResponseOn: new Date(at - HOUR_MS + (index + 1) * MINUTE_MS).toISOString(),
      })),
    );
    expect((await report()).current.firstResponse).toEqual({ count: 20, medianMinutes: 10, p90Minutes: 18 });
  });

  test.each([
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z', '2026-04-24T21:00:00.000Z'],
    ['2026-01-31', '-9.5', '2026-01-31T09:30:00.000Z', '2026-02-01T09:30:00.000Z'],
  ])('200 the day %s in %s begins at %s and ends at %s', async (day, zone, begin, end) => {
    const justBefore = (instant: string) => new Date(Date.parse(instant) - 1).toISOString();
    await put([justBefore(begin), begin, justBefore(end), end].map((createdOn) => ({ createdOn })));
    const { current, perDay } = await report(`from=${day}&to=${day}&timezone=${zone}`);
    expect(current).toMatchObject({ from: day, to: day, created: 2 });
    expect(perDay).toEqual([{ date: day, created: 2, resolved: 0 }]);
  });

  test('200 with 400 days, 400 with more, with none, and with what is no date', async () => {
    const { perDay, previous } = await report('from=2024-12-28&to=2026-01-31');
    expect(perDay).toHaveLength(400);
    expect(previous).toMatchObject({ from: '2023-11-24', to: '2024-12-27' });
    const wrong = [
      'from=2024-12-27&to=2026-01-31',
      'from=2026-02-01&to=2026-01-31',
      'from=2026-02-30',
      'from=yesterday',
      'to=2026-1-1',
      'from=0001-01-01&to=0001-01-02',
      'to=9999-12-31',
      'timezone=Mars/Olympus',
      'timezone=15',
      'priority=Highest',
      'tags=Wifi',
      'from=2026-01-01&from=2026-01-02',
    ];
    for (const query of wrong) {
      await expectProblem(await made.fetch(`/reports/overview?${query}`), 'invalid_input');
      await expectProblem(await made.fetch(`/reports/groups/tag?${query}`), 'invalid_input');
    }
  });

  test('400 instead of figures of more tickets than a report may be made of', async () => {
    const store = server.environment.store.instance(made.id);
    const at = server.clock.now().toISOString();
    const page = (length: number) => ({ values: Array.from({ length: 4 }, () => Array(length).fill(at)), terms: [] });
    const { instance } = server.environment.store;
    // To put so many tickets there would take minutes.
    server.environment.store.instance = (id) => ({
      ...(id === made.id ? store : instance(id)),
      columns: async function* () {
        for (let index = 0; index < 4; index++) yield page(50_000);
        yield page(1);
      },
    });
    try {
      const problem = await expectProblem(await made.fetch('/reports/overview'), 'invalid_input');
      expect(problem.detail).toBe('That is more than 200000 tickets. Choose a shorter period, or a filter.');
    } finally {
      server.environment.store.instance = instance;
    }
  });

  test('200 what others changed shows ten seconds later', async () => {
    expect((await report()).current.created).toBe(0);
    // Without an event this node hears nothing of it, as if another node had written it.
    await put([{ createdOn: server.clock.now().toISOString() }]);
    const asOf = server.clock.now().toISOString();
    server.clock.advance(9_999);
    expect(await report()).toMatchObject({ asOf, current: { created: 0 } });
    server.clock.advance(1);
    expect(await report()).toMatchObject({ asOf: server.clock.now().toISOString(), current: { created: 1 } });
  });

  test('200 is of one instance: the same question to another has another answer', async () => {
    await api.newTicket();
    const other = await server.newInstance();
    expect((await report()).current.created).toBe(1);
    const { body } = succeed(await apiOf(other).get<Report>('/reports/overview'));
    expect(body.item.current.created).toBe(0);
    expect(succeed(await apiOf(other).get('/reports/groups/assignee')).body).toMatchObject({ items: [], itemCount: 0 });
  });

  test('403 for a member; 200 for an assignee', async () => {
    const paths = ['/reports/overview', '/reports/groups/priority', '/reports/groups/tag?format=csv'];
    const member = await server.join(made.id, server.newPerson('Mia Member'), 'member');
    const assignee = await server.join(made.id, server.newPerson('Asif Assignee'), 'assignee');
    for (const path of paths) {
      await expectProblem(await member(path), 'forbidden');
      expect((await assignee(path)).status).toBe(200);
    }
  });
});

describe('what is odd counts right', () => {
  test('200 a ticket that came back and was resolved again: its last resolution alone, on its day; each time it came back', async () => {
    const { id } = await api.newTicket({ priority: 'Urgent' });
    const begin = today();
    server.clock.advance(HOUR_MS);
    await api.move(id, 'Resolved');
    server.clock.advance(DAY_MS);
    await api.move(id, 'Reopened', 'Resolved', 'Reopened');
    server.clock.advance(DAY_MS);
    await api.move(id, 'Resolved');
    const whole = {
      created: 1,
      resolved: 1,
      reopened: 2,
      resolution: { count: 1, medianMinutes: 49 * 60, p90Minutes: 49 * 60 },
    };
    expect(await report()).toMatchObject({ current: whole, backlog: { total: 0 } });
    expect((await report('priority=Urgent')).current).toMatchObject(whole);
    expect((await report('priority=Low')).current).toMatchObject({ created: 0, resolved: 0, reopened: 0 });
    const before = await report(`from=${begin}&to=${daysAgo(1)}`);
    expect(before.current).toMatchObject({ created: 1, resolved: 0, reopened: 2, resolution: NOTHING });
    expect((await report(`from=${today()}&to=${today()}`)).previous).toMatchObject({ resolved: 0, reopened: 2 });
    expect(await groups('priority')).toMatchObject([{ key: 'Urgent', created: 1, resolved: 1, open: 0 }]);
    expect(succeed(await api.delete(`/tickets/${id}`)).status).toBe(204);
    expect((await report('priority=Urgent')).current).toMatchObject({ created: 0, resolved: 0, reopened: 0 });
    expect(await groups('priority')).toEqual([]);
  });

  test.each(['Smith, Ada', 'ADA@EXAMPLE.COM', '=1+1', '+49 30 123', 'a%b_c&d=e', 'Ünïcode İ ß', 'o\'neil";--'])(
    '200 the requestor %s is a group of one, and is filtered by in either case',
    async (requestorId) => {
      const requestor = { id: requestorId, name: requestorId, email: 'someone@example.com' };
      await api.newTicket({ requestor, priority: 'Urgent' });
      await api.newTicket({ requestor: GRACE });
      const of = (id: string) => `requestorId=${encodeURIComponent(id)}`;
      expect((await groups('requestor')).map(({ key }) => key)).toContain(requestorId);
      for (const id of [requestorId, requestorId.toLowerCase()]) {
        expect((await report(of(id))).current.created).toBe(1);
        expect(await groups('requestor', of(id))).toMatchObject([{ key: requestorId, created: 1, open: 1 }]);
        expect(await groups('priority', of(id))).toMatchObject([{ key: 'Urgent', created: 1 }]);
      }
    },
  );

  test('200 a ticket with several tags counts in each, and once in all; a filter of two tags counts it once', async () => {
    const tags = ['LAN', 'Wi-Fi', '=cmd'].map((text) => ({ tagCategoryId: 'net', text }));
    await api.newTicket({ tags });
    await api.newTicket({ tags: tags.slice(0, 1) });
    await api.newTicket();
    expect((await report()).current.created).toBe(3);
    expect((await report('tags=net_lan,net_WI-FI')).current.created).toBe(2);
    const counts = (rows: ReportGroup[]) => Object.fromEntries(rows.map(({ key, created }) => [key, created]));
    expect(counts(await groups('tag'))).toEqual({ net_lan: 2, 'net_wi-fi': 1, 'net_=cmd': 1, '': 1 });
    expect(counts(await groups('tag', 'tags=net_wi-fi'))).toEqual({ net_lan: 1, 'net_wi-fi': 1, 'net_=cmd': 1 });
  });
});

describe('the groups', () => {
  test('200 the last name that somebody had, and nobody', async () => {
    await api.newTicket({ assignee: { ...GRACE, id: 'GRACE-ID', name: 'Grace Murray' } });
    await api.newTicket({ assignee: { ...GRACE, name: 'Grace Hopper' } });
    await api.newTicket();
    expect(await groups('assignee')).toMatchObject([
      { key: GRACE.id, label: 'Grace Hopper', created: 2, open: 2, medianResolutionMinutes: null },
      { key: '', label: '', created: 1, open: 1 },
    ]);
  });

  test('200 at most a thousand, the largest, and a warning that there are more', async () => {
    const at = server.clock.now().toISOString();
    const requestors = [...Array.from({ length: 1002 }, (_, index) => person(`P${index}`)), person('P7'), person('P7')];
    await put(requestors.map((requestor) => ({ requestor, createdOn: at })));
    const { body, headers } = succeed(await api.get<ReportGroup>('/reports/groups/requestor'));
    expect(body.items).toHaveLength(1000);
    expect(body.itemCount).toBe(1002);
    expect(body.items[0]).toMatchObject({ key: 'p7-id', label: 'P7', created: 3 });
    expect(headers.get('Warning')).toContain('Only the 1000 largest of 1002 groups');
  });

  test.each(['title', 'Assignee', '__proto__', 'constructor', uuid(1), '%00', 'assignee%2f', '%F0%9F%92%A9'])(
    '404 by %s',
    async (by) => {
      await expectProblem(await made.fetch(`/reports/groups/${by}`), 'not_found');
    },
  );

  test('404 by a custom field that is no list', async () => {
    const field = { id: uuid(9), title: 'Serial', type: { key: 'text' } };
    succeed(await apiOf(made, 'administrative').put('/instance', { instance: { customFieldsLeft: [field] } }));
    await expectProblem(await made.fetch(`/reports/groups/${uuid(9)}`), 'not_found');
  });

  test('400 with a format that there is not', async () => {
    await expectProblem(await made.fetch('/reports/groups/tag?format=xls'), 'invalid_input');
  });

  const FORMULAS = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', 'plain, "quoted"\r\nand <b>broken</b>'];
  const SAFE = FORMULAS.map((text) => (text.startsWith('plain') ? text : `'${text}`));

  test('200 CSV in which no name is a formula', async () => {
    for (const name of FORMULAS) await api.newTicket({ assignee: { id: name, name, email: name } });
    const { text, headers } = succeed(await api.get('/reports/groups/assignee?format=csv'));
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('Content-Disposition')).toBe(
      `attachment; filename="report-assignee-${daysAgo(29)}-${today()}.csv"`,
    );
    for (const label of SAFE) expect(text).toContain(label.replaceAll('"', '""'));
    expect(text.split('\r\n')[0]).toBe(
      'key,label,created,resolved,open,medianFirstResponseMinutes,p90FirstResponseMinutes,medianResolutionMinutes,p90ResolutionMinutes',
    );
    for (const cell of text.split(/[,\n]/)) expect(cell).not.toMatch(/^"?[=+@＝]/);
  });

  test('200 a workbook with numbers as numbers, and no formula', async () => {
    for (const name of FORMULAS) await api.newTicket({ assignee: { id: name, name, email: name } });
    const response = await made.fetch('/reports/groups/assignee?format=xlsx');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toContain('spreadsheetml.sheet');
    const parts = unzipped(Buffer.from(await response.arrayBuffer()));
    const sheet = parts['xl/worksheets/sheet1.xml']!;
    expect(sheet).not.toMatch(/<f[ >]/);
    const texts = (parts['xl/sharedStrings.xml'] ?? sheet).replaceAll('&apos;', "'").replaceAll('&#x27;', "'");
    for (const label of SAFE.slice(0, 4)) expect(texts).toContain(`>${label}<`);
    expect(texts).toContain('&lt;b&gt;');
    expect(sheet).toMatch(/<c r="C2"[^>]*><v>1<\/v>/);
  });

  /** The files of a ZIP, by its central directory. */
  function unzipped(zip: Buffer): Record<string, string> {
    const files: Record<string, string> = {};
    const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
    let at = zip.readUInt32LE(end + 16);
    for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
      const [size, nameLength, start] = [
        zip.readUInt32LE(at + 20),
        zip.readUInt16LE(at + 28),
        zip.readUInt32LE(at + 42),
      ];
      const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
      const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
      const content = zip.subarray(data, data + size);
      files[name] = (zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(content) : content).toString();
      at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    }
    return files;
  }
});

/** Puts tickets into the store, whenever they are said to have been created. */
async function put(given: Parameters<typeof ticketDocument>[0][]): Promise<void> {
  const instance = server.environment.store.instance(made.id);
  const changes = given.map((overrides, index): Change => {
    const value = ticketDocument({ ticketNo: index + 1, requestor: ADA, ...overrides });
    return { put: 'ticket', id: value.id, value, replaces: null };
  });
  for (let start = 0; start < changes.length; start += 100) await instance.commit(changes.slice(start, start + 100));
}
