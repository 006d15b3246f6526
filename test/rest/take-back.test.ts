import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type TestServer } from '../helpers/server.ts';
import { apiOf, succeed } from './reference.ts';
import { code, type SignedIn, signedIn } from './signed-in.ts';

let server: TestServer;
let asif: SignedIn;
let olga: SignedIn;
let newTicket: () => Promise<string>;
let byKey: (ticketId: string, status: string) => Promise<unknown>;

beforeAll(async () => {
  server = await startServer();
  const instance = await server.newInstance();
  const api = apiOf(instance);
  asif = signedIn(await server.join(instance.id, server.newPerson('Asif Khan'), 'assignee'));
  olga = signedIn(await server.join(instance.id, server.newPerson('Olga Petrova'), 'owner'));
  newTicket = async () => (await api.newTicket({ title: 'A slip of the hand' })).id;
  byKey = (ticketId, status) => code(api.put(`/tickets/${ticketId}/status`, { status }));
});
afterAll(() => server.close());

const move = (who: SignedIn, ticketId: string, status: string) =>
  who.send('PUT', `/tickets/${ticketId}/status`, { status });

describe('a move that the workflow has no way back from', () => {
  test('200 for whoever made it, at once; the history has both', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Started'));
    expect(succeed(await move(asif, id, 'Open')).body.item.statusId).toBe('open');
    const { items } = succeed(await asif.get(`/tickets/${id}/activities`)).body;
    expect(items).toHaveLength(3);
  });

  test('400 a minute later', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Started'));
    server.clock.advance(60_001);
    expect(await code(move(asif, id, 'Open'))).toEqual([400, 'invalid_input']);
  });

  test('400 for somebody else, and with a key', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Started'));
    expect(await code(move(olga, id, 'Open'))).toEqual([400, 'invalid_input']);
    expect(await byKey(id, 'Open')).toEqual([400, 'invalid_input']);
  });

  test('400 once something else has happened to the ticket', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Started'));
    succeed(await asif.send('POST', `/tickets/${id}/comments`, { comment: 'I am on it' }));
    expect(await code(move(asif, id, 'Open'))).toEqual([400, 'invalid_input']);
  });

  test('400 to any other state than the one it came from', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Closed'));
    expect(await code(move(asif, id, 'Pending'))).toEqual([400, 'invalid_input']);
  });
});
