import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Answer, type Api, apiOf, GRACE, succeed } from './reference.ts';

const COUNT = 25;

let server: TestServer;
let instance: TestInstance;
let api: Api;

/** An instance whose tickets are numbered 1 to 25, two a minute. */
async function withTickets(): Promise<TestInstance> {
  const made = await server.newInstance();
  for (let i = 1; i <= COUNT; i++) {
    await apiOf(made).newTicket({ title: `Printer ${i}`, priority: i % 2 ? 'Low' : 'Urgent' });
    if (i % 2) server.clock.advance(60_000);
  }
  return made;
}

beforeAll(async () => {
  server = await startServer();
  instance = await withTickets();
  api = apiOf(instance);
});
afterAll(() => server.close());

const numbers = (answer: Answer<Ticket>): number[] => answer.body.items.map(({ ticketNo }) => ticketNo);
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i);

/** Every page from here on; `between` happens after each. */
async function chain(
  from: Api,
  path: string,
  between: () => Promise<unknown> = async () => {},
): Promise<Answer<Ticket>[]> {
  const pages = [succeed(await from.get(path))];
  for (;;) {
    const token = pages.at(-1)!.headers.get('continuationToken');
    if (token === null) return pages;
    if (pages.length > 100) throw new Error('The chain has no end');
    await between();
    pages.push(succeed(await from.get(path, { continuationToken: token })));
  }
}

describe('limit and offset', () => {
  const pages = [
    { name: 'TW-8 without parameters: the newest first', query: '', expected: down(25, 16) },
    { name: 'TW-22 the default limit is 10', query: '?offset=0', expected: down(25, 16) },
    { name: 'TW-22 a limit of 1', query: '?limit=1', expected: [25] },
    { name: 'TW-22 a limit of 1000', query: '?limit=1000', expected: down(25, 1) },
    { name: 'TW-26 a limit alone', query: '?limit=50', expected: down(25, 1) },
    { name: 'TW-21 the default offset is 0', query: '?limit=3', expected: [25, 24, 23] },
    { name: 'TW-21 an offset skips so many', query: '?limit=3&offset=10', expected: [15, 14, 13] },
    { name: 'TW-21 an offset short of the end', query: '?offset=20', expected: down(5, 1) },
    { name: 'TW-21 an offset at the end', query: '?offset=25', expected: [] },
    {
      name: 'TW-21 an offset in a list by status',
      query: '?orderBy=status&order=ASC&offset=3&limit=2',
      expected: [4, 5],
    },
  ];
  test.each(pages)('$name', async ({ query, expected }) => {
    const answer = await api.get(`/tickets${query}`);
    expect(answer.status).toBe(200);
    expect(numbers(answer)).toEqual(expected);
    expect(answer.body.itemCount).toBe(COUNT);
  });

  const wrong = [
    { name: '400 a limit of 0', query: 'limit=0', field: 'limit' },
    { name: '400 a limit of 1001', query: 'limit=1001', field: 'limit' },
    { name: '400 a negative limit', query: 'limit=-1', field: 'limit' },
    { name: '400 a limit that is no number', query: 'limit=many', field: 'limit' },
    { name: '400 a limit that is no whole number', query: 'limit=1.5', field: 'limit' },
    { name: '400 a negative offset', query: 'offset=-1', field: 'offset' },
    { name: '400 an offset that is no number', query: 'offset=first', field: 'offset' },
  ];
  test.each(wrong)('$name', async ({ query, field }) => {
    const answer = await api.get(`/tickets?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_input', errors: [{ field }] });
  });
});

test('400 says in words which parameter is wrong and how it can be', async () => {
  const details = await Promise.all(
    ['limit=100000', 'limit=0', 'offset=-1', `title=${'x'.repeat(5000)}`].map(
      async (query) => (await api.get(`/tickets?${query}`)).body.message,
    ),
  );
  expect(details).toEqual([
    'limit: must be at most 1000',
    'limit: must be at least 1',
    'offset: must be at least 0',
    expect.stringMatching(/^title: must have at most \d+ characters$/),
  ]);
});

describe('the continuation token', () => {
  test('TW-9 leads through all pages, each ticket once, and is absent on the last', async () => {
    const pages = await chain(api, '/tickets?limit=7');
    expect(pages.map(numbers)).toEqual([down(25, 19), down(18, 12), down(11, 5), down(4, 1)]);
    expect(pages.map(({ body }) => body.itemCount)).toEqual([25, 25, 25, 25]);
    expect(pages.at(-1)!.body).not.toHaveProperty('continuationToken');
    expect(pages.at(-1)!.headers.has('continuationToken')).toBe(false);
  });

  test('TW-9 is absent when the last page is full to the brim', async () => {
    const pages = await chain(api, '/tickets?limit=5');
    expect(pages.map(({ body }) => body.items.length)).toEqual([5, 5, 5, 5, 5]);
    const one = await api.get(`/tickets?limit=${COUNT}`);
    expect(one.body).not.toHaveProperty('continuationToken');
  });

  test('TW-23 is the same in the header and in the body: visible ASCII, at most 4000 characters', async () => {
    const { headers, body } = await api.get('/tickets?limit=2');
    expect(headers.get('continuationToken')).toMatch(/^[\x21-\x7e]{1,4000}$/);
    expect(body.continuationToken).toBe(headers.get('continuationToken'));
  });

  const orders = ['createdDateTime', 'status', 'priority', 'title', 'ticketId', 'lastInteraction', 'assigneeName'];
  test.each(orders)('TW-9 a chain by %s is the list itself, in both directions', async (orderBy) => {
    for (const order of ['ASC', 'DESC']) {
      const whole = await api.get(`/tickets?orderBy=${orderBy}&order=${order}&limit=1000`);
      const pages = await chain(api, `/tickets?orderBy=${orderBy}&order=${order}&limit=4`);
      expect(pages).toHaveLength(7);
      expect(pages.flatMap(numbers)).toEqual(numbers(whole));
    }
  });

  test('TW-9 a chain by status crosses from state to state', async () => {
    const own = apiOf(await withTickets());
    for (const number of [3, 9, 20]) await own.move(String(number), 'Started');
    for (const number of [1, 2, 4, 5]) await own.move(String(number), 'Closed');
    const rest = [6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25];
    const pages = await chain(own, '/tickets?orderBy=status&order=ASC&limit=6');
    expect(pages.flatMap(numbers)).toEqual([...rest, 3, 9, 20, 1, 2, 4, 5]);
    const skipping = await own.get('/tickets?orderBy=status&order=ASC&limit=3&offset=20');
    expect(numbers(skipping)).toEqual([20, 1, 2]);
  });

  test('TW-9 a chain of a search begins with the exact number and shows it once', async () => {
    const pages = await chain(api, '/tickets?search=2&limit=2');
    expect(pages.flatMap(numbers)).toEqual([2, 25, 24, 23, 22, 21, 20, 12]);
    expect(pages.map(({ body }) => body.itemCount)).toEqual([8, 8, 8, 8]);
  });

  const lists = ['', '&order=ASC', '&orderBy=title&order=ASC', '&orderBy=status&order=ASC', '&orderBy=priority'];
  test.each(lists)(
    'TW-9 shows each ticket of its start once while others are being created: limit=4%s',
    async (list) => {
      const own = apiOf(await withTickets());
      let created = COUNT;
      const pages = await chain(own, `/tickets?limit=4${list}`, async () => {
        // Of both priorities, and of titles that belong before, between and after the others.
        const title = `${['A', 'Printer 2a', 'Z'][created % 3]}`;
        if (created < COUNT + 12) await own.newTicket({ title, priority: created % 2 ? 'Low' : 'Urgent' });
        created++;
      });
      const shown = pages.flatMap(numbers).filter((number) => number <= COUNT);
      expect(shown.toSorted((left, right) => right - left)).toEqual(down(COUNT, 1));
    },
  );

  test('TW-9 may change its limit and select on the way', async () => {
    const token = (await api.get('/tickets?limit=2')).body.continuationToken!;
    const next = await api.get('/tickets?limit=3&select=ticketNo', { continuationToken: token });
    expect(numbers(next)).toEqual([23, 22, 21]);
  });

  test('TW-21 loses against the token when both are sent', async () => {
    const token = (await api.get('/tickets?limit=2')).body.continuationToken!;
    const next = await api.get('/tickets?limit=2&offset=17', { continuationToken: token });
    expect(numbers(next)).toEqual([23, 22]);
  });

  const offsets = ['orderBy=title', 'orderBy=status&order=ASC', 'orderBy=status', 'search=1'];
  test.each(offsets)('TW-21 an offset counts once in a chain: %s', async (list) => {
    const own = apiOf(await withTickets());
    for (const number of [3, 9, 20]) await own.move(String(number), 'Started');
    const whole = numbers(await own.get(`/tickets?${list}&limit=1000`));
    expect(whole.length).toBeGreaterThan(10);
    for (const limit of [1, 11]) {
      const pages = await chain(own, `/tickets?${list}&limit=${limit}&offset=2`);
      expect(pages.flatMap(numbers)).toEqual(whole.slice(2));
    }
  });

  test('400 a token that is from another filter, order or instance, or is touched', async () => {
    const token = (await api.get('/tickets?limit=2&priority=Low')).body.continuationToken!;
    const other = apiOf(await withTickets());
    const good = await api.get('/tickets?limit=2&priority=Low', { continuationToken: token });
    expect(numbers(good)).toEqual([21, 19]);
    const answers = await Promise.all([
      api.get('/tickets?limit=2&priority=Urgent', { continuationToken: token }),
      api.get('/tickets?limit=2', { continuationToken: token }),
      api.get('/tickets?limit=2&priority=Low&order=ASC', { continuationToken: token }),
      api.get('/tickets?limit=2&priority=Low&orderBy=title', { continuationToken: token }),
      other.get('/tickets?limit=2&priority=Low', { continuationToken: token }),
      api.get('/tickets?limit=2&priority=Low', { continuationToken: `A${token.slice(1)}` }),
      api.get('/tickets?limit=2&priority=Low', { continuationToken: 'nonsense' }),
      api.get('/tickets/1/activities?limit=1', { continuationToken: token }),
    ]);
    for (const { status, body } of answers) {
      expect({ status, field: body.errors?.[0]?.field }).toEqual({ status: 400, field: 'continuationToken' });
    }
  });
});

describe('a page of the history', () => {
  test('TW-44 all of it without a limit, and with one page by page', async () => {
    const own = apiOf(await server.newInstance());
    const { id } = await own.newTicket();
    for (let i = 1; i <= 5; i++) await own.post(`/tickets/${id}/comments`, { comment: `Comment ${i}`, user: GRACE });
    const whole = await own.get<{ id: string }>(`/tickets/${id}/activities`);
    expect(whole.body).toMatchObject({ itemCount: 6 });
    expect(whole.headers.has('continuationToken')).toBe(false);
    const pages = await chain(own, `/tickets/${id}/activities?limit=4`);
    expect(pages.map(({ body }) => body.items.length)).toEqual([4, 2]);
    expect(pages.flatMap(({ body }) => body.items.map((item) => item.id))).toEqual(
      whole.body.items.map((item) => item.id),
    );
    expect((await own.get(`/tickets/${id}/activities?limit=0`)).status).toBe(400);
  });
});
