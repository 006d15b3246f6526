import { expect } from '@jest/globals';
import type { TestInstance } from '../helpers/server.ts';
import { ADA, type Api, apiOf, apiWithKey, GRACE, LINUS, succeed } from '../rest/reference.ts';

/** What several nodes promise together. Each gets a new instance, as every node shows it. */
type Promised = (nodes: TestInstance[]) => Promise<void>;

/** How long a node may go on with a key or settings that another node has changed. */
const KNOWN_MS = 5000;
const LOOK_AGAIN_MS = 20;
const ROUNDS = 5;

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const apisOf = (nodes: TestInstance[]): Api[] => nodes.map((node) => apiOf(node));
const next = <T>(list: T[], index: number): T => list[(index + 1) % list.length]!;

/** Looks again and again; fails when it is not so in the time that a node has. */
async function soon(isSo: () => Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > KNOWN_MS) throw new Error(`It is not so after ${KNOWN_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

export const PROMISES: Record<string, Promised> = {
  async '200: a ticket created through one node is listed at once by the others, and counted'(nodes) {
    const apis = apisOf(nodes);
    const ids: string[] = [];
    for (let n = 0; n < ROUNDS * apis.length; n++) {
      ids.unshift((await apis[n % apis.length]!.newTicket({ priority: n % 2 ? 'Low' : 'Urgent' })).id);
      for (const api of apis) {
        const { body } = succeed(await api.get('/tickets?limit=1000'));
        expect(body.items.map(({ id }) => id)).toEqual(ids);
        expect(body.itemCount).toBe(ids.length);
        const urgent = succeed(await api.get('/tickets?priority=Urgent&limit=1'));
        expect(urgent.body.itemCount).toBe(Math.ceil(ids.length / 2));
      }
    }
  },

  async '200: what is changed, commented or deleted through one node is so on the others at once'(nodes) {
    const apis = apisOf(nodes);
    for (const [index, api] of apis.entries()) {
      const { id } = await api.newTicket();
      const other = next(apis, index);
      expect((await other.ticket(id)).title).toBe('My VPN is down');
      succeed(await api.put(`/tickets/${id}`, { ticket: { title: `Changed by ${index}` } }));
      for (const one of apis) expect((await one.ticket(id)).title).toBe(`Changed by ${index}`);
      succeed(await other.post(`/tickets/${id}/comments`, { comment: `From ${index}`, user: GRACE }));
      for (const one of apis) expect((await one.history(id))[0]).toMatchObject({ comment: `From ${index}` });
      succeed(await api.delete(`/tickets/${id}`));
      for (const one of apis) expect((await one.get(`/tickets/${id}`)).status).toBe(404);
      for (const one of apis) expect(succeed(await one.get('/tickets')).body.itemCount).toBe(0);
    }
  },

  async '201: sixteen creates at the same moment on each node have the numbers 1, 2, 3, ...'(nodes) {
    const apis = apisOf(nodes);
    const created = await Promise.all(many(16 * apis.length, (n) => apis[n % apis.length]!.newTicket()));
    const numbers = created.map(({ ticketNo }) => ticketNo).toSorted((one, other) => one - other);
    expect(numbers).toEqual(many(created.length, (n) => n + 1));
    for (const api of apis) expect(succeed(await api.get('/tickets')).body.itemCount).toBe(created.length);
  },

  async '412: a change with the version that it had before another node changed it'(nodes) {
    const apis = apisOf(nodes);
    for (const [index, api] of apis.entries()) {
      const { id } = await api.newTicket();
      const etag = succeed(await api.get(`/tickets/${id}`)).headers.get('ETag')!;
      const changed = succeed(await next(apis, index).put(`/tickets/${id}`, { ticket: { title: 'By another' } }));
      const ticket = { ticket: { title: 'Too late' } };
      expect((await api.put(`/tickets/${id}`, ticket, { 'If-Match': etag })).status).toBe(412);
      expect((await api.ticket(id)).title).toBe('By another');
      succeed(await api.put(`/tickets/${id}`, ticket, { 'If-Match': changed.headers.get('ETag')! }));
    }
  },

  async '200: changes of different fields through different nodes at the same moment are all kept'(nodes) {
    const apis = apisOf(nodes);
    for (let round = 0; round < ROUNDS; round++) {
      const { id } = await apis[0]!.newTicket();
      for (const api of apis) await api.ticket(id);
      const changes = [{ title: 'New' }, { priority: 'Urgent' as const }, { assignee: GRACE }, { followers: [LINUS] }];
      const answers = changes.map((ticket, n) => apis[n % apis.length]!.put(`/tickets/${id}`, { ticket }));
      for (const answer of await Promise.all(answers)) succeed(answer);
      for (const api of apis) {
        expect(await api.ticket(id)).toMatchObject({
          title: 'New',
          priority: 'Urgent',
          assignee: { id: GRACE.id },
          followers: [{ id: LINUS.id }],
        });
      }
    }
  },

  async '401: a key that was replaced through one node, within 5 s on the others; the other slot goes on'(nodes) {
    const [first] = nodes as [TestInstance];
    const { primary, secondary } = first.keys;
    const status = async (node: TestInstance, key: string) => (await apiWithKey(node, key).get('/tickets')).status;
    // Every node knows both; more than once, for noting the first use makes a node forget what it knew.
    for (const node of many(10 * nodes.length, (n) => next(nodes, n))) {
      expect([await status(node, primary), await status(node, secondary)]).toEqual([200, 200]);
    }
    const replaced = await apiOf(first, 'administrative').post<{ key: string }>('/keys/primary/regenerate');
    const { key } = succeed(replaced).body.item;
    expect(await status(first, primary)).toBe(401);
    await soon(async () => {
      for (const node of nodes) expect(await status(node, secondary)).toBe(200);
      const statuses = await Promise.all(nodes.map((node) => status(node, primary)));
      return statuses.every((one) => one === 401);
    });
    for (const node of nodes) {
      expect([await status(node, primary), await status(node, secondary), await status(node, key)]).toEqual([
        401, 200, 200,
      ]);
    }
  },

  async '200: a page token of one node leads on through the others'(nodes) {
    const apis = apisOf(nodes);
    const created: string[] = [];
    for (let n = 0; n < 2 * apis.length + 1; n++) created.unshift((await apis[0]!.newTicket()).id);
    const read: string[] = [];
    let headers: Record<string, string> = {};
    for (let page = 0; page < created.length; page++) {
      const answer = succeed(await apis[page % apis.length]!.get('/tickets?limit=1', headers));
      read.push(...answer.body.items.map(({ id }) => id));
      const token = answer.headers.get('continuationToken');
      expect(token === null).toBe(page === created.length - 1);
      headers = { continuationToken: token ?? '' };
    }
    expect(read).toEqual(created);
  },

  async '201: the same Idempotency-Key sent to all nodes at the same moment makes one ticket'(nodes) {
    const apis = apisOf(nodes);
    for (let round = 1; round <= ROUNDS; round++) {
      const body = { ticket: { title: 'Once', requestor: ADA } };
      const headers = { 'Idempotency-Key': `request-${round}` };
      const answers = await Promise.all(apis.map((api) => api.post('/tickets', body, headers)));
      expect(new Set(answers.map((answer) => succeed(answer).body.item.id)).size).toBe(1);
      const isReplay = ({ headers: given }: { headers: Headers }) => given.get('Idempotency-Replayed') === 'true';
      expect(answers.filter((answer) => !isReplay(answer))).toHaveLength(1);
      for (const api of apis) {
        expect(isReplay(succeed(await api.post('/tickets', body, headers)))).toBe(true);
        expect(succeed(await api.get('/tickets')).body.itemCount).toBe(round);
      }
    }
  },

  async '200: settings changed through one node are those of the others within 5 s'(nodes) {
    const name = async (node: TestInstance) =>
      succeed(await apiOf(node).get<{ name: string }>('/instance')).body.item.name;
    // Often enough for every node to know them, also after noting the first use of the key.
    for (const node of many(10 * nodes.length, (n) => next(nodes, n))) await name(node);
    const [first] = nodes as [TestInstance];
    succeed(await apiOf(first, 'administrative').put('/instance', { instance: { name: 'Renamed' } }));
    expect(await name(first)).toBe('Renamed');
    await soon(async () => (await Promise.all(nodes.map(name))).every((one) => one === 'Renamed'));
  },
};
