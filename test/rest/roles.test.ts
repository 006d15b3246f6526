import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSignIn } from '../../api/auth/sign-in.ts';
import { type OperationId, operationIds } from '../../api/contract/operations.ts';
import { PERSONAL } from '../../api/contract/people.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { ensureMember, type Identity } from '../../api/core/members.ts';
import { type Entra, startEntra } from '../helpers/entra.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { ALL_WAYS, BODIES, nameOf, newWorld, pathOf, textOf, type Way, type World } from './operation-calls.ts';
import { expectProblem } from './problems.ts';
import { apiOf, succeed } from './reference.ts';
import { type Door, openSecondDoor } from './second-door.ts';

/** What each role is answered, on what everybody in the instance may see and change. */
const EXPECTED: Record<OperationId, [owner: number, assignee: number, member: number]> = {
  listTickets: [200, 200, 200],
  createTicket: [201, 201, 201],
  bulkUpdateTickets: [200, 200, 403],
  getTicket: [200, 200, 200],
  updateTicket: [200, 200, 403],
  updateTicketStatus: [200, 200, 200],
  markTicketSeen: [200, 200, 200],
  followTicket: [200, 200, 200],
  deleteTicket: [204, 204, 403],
  listActivities: [200, 200, 200],
  addComment: [201, 201, 201],
  listAttachments: [200, 200, 200],
  addAttachments: [201, 201, 201],
  listActivityAttachments: [200, 200, 200],
  getInstance: [200, 200, 200],
  updateInstance: [200, 403, 403],
  listTags: [200, 200, 200],
  getTagCategory: [200, 200, 200],
  createTagCategory: [201, 403, 403],
  updateTagCategory: [200, 403, 403],
  listKeys: [200, 403, 403],
  updateKey: [200, 403, 403],
  regenerateKey: [201, 403, 403],
  listMembers: [200, 200, 403],
  putMember: [200, 403, 403],
  removeMember: [204, 403, 403],
  searchPeople: [200, 200, 200],
  listViews: [200, 200, 200],
  putView: [200, 200, 200],
  // A shared one of somebody else.
  deleteView: [204, 403, 403],
  streamEvents: [200, 200, 200],
  announcePresence: [200, 200, 403],
  exportCollection: [200, 403, 403],
  getReport: [200, 200, 403],
  getReportGroups: [200, 200, 403],
  previewWorkflow: [200, 403, 403],
  getTraces: [200, 403, 403],
  erasePerson: [200, 403, 403],
  listErasures: [200, 403, 403],
};

let server: TestServer;
let entra: Entra;
let door: Door;

const OTHER_TENANT = randomUUID();
/** Everybody who may ask, by what they are in the instance or are not. */
let people: Record<'owner' | 'assignee' | 'member' | 'follower' | 'stranger' | 'neighbour' | 'twin', Identity>;

beforeAll(async () => {
  server = await startServer();
  entra = await startEntra(server.clock.now);
  const { url: authority, clientId, tenantId } = entra;
  const tenants = [tenantId, OTHER_TENANT];
  const { signIn } = await openSignIn({ clientId, authority, tenants, localPeople: [], now: server.clock.now });
  door = await openSecondDoor(server, { people: { signIn, clientId } });
  const owner = entra.newPerson('Olga Owner');
  people = {
    owner,
    assignee: entra.newPerson('Asif Assignee'),
    member: entra.newPerson('Mara Member'),
    follower: entra.newPerson('Finn Follower'),
    stranger: entra.newPerson('Sten Stranger'),
    // Owns another instance.
    neighbour: entra.newPerson('Nora Neighbour'),
    // Has the owner's object id, in another tenant that may come in.
    twin: { ...owner, name: 'Tim Twin', tenantId: OTHER_TENANT },
  };
  await ensureMember(server.environment, (await server.newInstance()).id, people.neighbour, 'owner');
});
afterAll(async () => {
  await door.close();
  await entra.close();
  await server.close();
});

/** A world whose ticket is the member's, and that somebody follows. */
async function newPeopledWorld(): Promise<World> {
  const world = await newWorld(server);
  const { owner, assignee, member, follower } = people;
  await ensureMember(server.environment, world.instance.id, owner, 'owner');
  await ensureMember(server.environment, world.instance.id, assignee, 'assignee');
  await ensureMember(server.environment, world.instance.id, member);
  await ensureMember(server.environment, world.instance.id, follower);
  const person = ({ id, name, email }: Identity) => ({ id, name, email });
  const ticket = { requestor: person(member), followers: [person(follower)] };
  succeed(await apiOf(world.instance).put(`/tickets/${world.ticketId}`, { ticket }));
  return world;
}

/** What somebody sends who may not do as much as the key of the other tests. */
function bodyOf(id: OperationId, world: World, person: Identity): unknown {
  if (id === 'createTicket') return { ticket: { title: 'Mine', requestor: { ...person, tenantId: undefined } } };
  if (id === 'updateTicketStatus') return { status: 'Closed' };
  if (id === 'markTicketSeen') return { as: 'requestor' };
  if (id === 'putView') return { name: 'Mine', isShared: false, query: '', columns: [] };
  return BODIES[id]?.(world);
}

interface Call {
  way: Way;
  world: World;
  person: Identity;
  authorization?: string;
  /** Other values for parameters of the path. */
  others?: Record<string, string>;
}

function call({ way, world, person, authorization = `Bearer ${entra.token(person)}`, others }: Call) {
  const own = way.id === 'putView' ? { viewId: randomUUID(), ...others } : others;
  const path = pathOf(way, world, own).replace(BASE_PATH, `${BASE_PATH}/instances/${world.instance.id}`);
  const body = bodyOf(way.id, world, person);
  return fetch(door.url + path, {
    method: way.method,
    headers: { 'Content-Type': 'application/json', Authorization: authorization },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const CODES = { 401: 'unauthorized', 403: 'forbidden', 404: 'not_found' } as const;

/** Makes sure that the answer has this status, and that nothing happened when it is a refusal. */
async function expectStatus(status: number, one: Call): Promise<void> {
  const before = await server.environment.store.latest();
  const response = await call(one);
  if (status < 400) {
    expect({ status: response.status, text: await textOf(one.way, response) }).toMatchObject({ status });
    return;
  }
  await expectProblem(response, CODES[status as keyof typeof CODES]);
  expect(await server.environment.store.latest()).toBe(before);
}

test('every operation has a row, and no other has', () => {
  expect(Object.keys(EXPECTED).toSorted()).toEqual([...operationIds].toSorted());
});

const WAYS = ALL_WAYS.map((way) => [nameOf(way), way] as const);

describe.each(WAYS)('%s', (_, way) => {
  const [owner, assignee, member] = EXPECTED[way.id];

  test.each([
    ['owner', owner],
    ['assignee', assignee],
    ['member', member],
  ] as const)('%s of the instance, on what is theirs to see: %i', async (role, status) => {
    await expectStatus(status, { way, world: await newPeopledWorld(), person: people[role] });
  });

  const isOfRequestor = way.id === 'updateTicketStatus' || way.id === 'markTicketSeen';
  const status = isOfRequestor ? 403 : member;
  test(`a member who follows: ${status}`, async () => {
    await expectStatus(status, { way, world: await newPeopledWorld(), person: people.follower });
  });

  test.each(['stranger', 'neighbour', 'twin'] as const)('%s: 404', async (who) => {
    await expectStatus(404, { way, world: await newPeopledWorld(), person: people[who] });
  });

  test('a key: 401', async () => {
    const world = await newPeopledWorld();
    const authorization = `Bearer ${world.instance.keys.administrative}`;
    await expectStatus(401, { way, world, person: people.owner, authorization });
  });
});

const OF_TICKETS = ALL_WAYS.filter(({ path }) => /\{(ticketId|activityId)\}/.test(path));

describe.each(OF_TICKETS.map((way) => [nameOf(way), way] as const))("%s on somebody else's ticket", (_, way) => {
  const member = EXPECTED[way.id][2] === 403 ? 403 : 404;
  test.each([member])('member: %i, by its id and by its number', async (status) => {
    const world = await newPeopledWorld();
    const person = people.member;
    const foreign = await apiOf(world.instance).newTicket({ title: 'Of somebody else' });
    const added = await apiOf(world.instance).post<{ activityId: string }>(`/tickets/${foreign.id}/comments`, {
      comment: 'Not for everybody',
    });
    const { activityId } = succeed(added).body.item;
    for (const ticketId of [foreign.id, String(foreign.ticketNo)]) {
      await expectStatus(status, { way, world, person, others: { ticketId, activityId } });
    }
  });
});

describe('what belongs to somebody alone', () => {
  const BODY: Record<keyof typeof PERSONAL, unknown> = {
    getMe: undefined,
    // There is no directory here.
    getPhoto: undefined,
    updatePreferences: { mutedNotices: ['dueSoon'] },
    openChannel: { teamId: 'team', channelId: '19:of-roles@thread.tacv2', name: 'Of the channel' },
  };

  test.each(Object.keys(PERSONAL) as (keyof typeof PERSONAL)[])('%s', async (id) => {
    const { method, path } = PERSONAL[id];
    const init = (authorization: string): RequestInit => ({
      method,
      headers: { 'Content-Type': 'application/json', Authorization: authorization },
      ...(BODY[id] !== undefined && { body: JSON.stringify(BODY[id]) }),
    });
    const ask = (authorization: string) => fetch(door.url + BASE_PATH + path, init(authorization));
    expect((await ask(`Bearer ${entra.token(people.stranger)}`)).status).toBe(id === 'getPhoto' ? 404 : 200);
    const { keys } = await server.newInstance();
    for (const key of Object.values(keys)) {
      await expectProblem(await ask(`Bearer ${key}`), 'unauthorized');
      await expectProblem(await fetch(`${door.url}${BASE_PATH}${path}?key=${key}`, { method }), 'unauthorized');
    }
  });

  test('the instances of somebody are theirs, with what they are there, and not those of their twin', async () => {
    const world = await newPeopledWorld();
    const instances = async (person: Identity) => {
      const headers = { Authorization: `Bearer ${entra.token(person)}` };
      const { item } = (await (await fetch(`${door.url}${BASE_PATH}/me`, { headers })).json()) as {
        item: { instances: { id: string; role: string }[] };
      };
      return item.instances.filter(({ id }) => id === world.instance.id).map(({ role }) => role);
    };
    for (const role of ['owner', 'assignee', 'member'] as const) expect(await instances(people[role])).toEqual([role]);
    for (const who of ['stranger', 'neighbour', 'twin'] as const) expect(await instances(people[who])).toEqual([]);
  });
});

test('an instance that somebody of another tenant was put into under the same id is no longer theirs', async () => {
  const { id, keys } = await server.newInstance();
  const person = entra.newPerson('Ida Identical');
  await ensureMember(server.environment, id, person, 'owner');
  const body = JSON.stringify({ name: 'Other', email: '', role: 'owner', tenantId: OTHER_TENANT });
  const init = { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body };
  const put = await fetch(`${door.url}${BASE_PATH}/members/${person.id}?key=${keys.administrative}`, init);
  expect(put.status).toBe(200);
  const headers = { Authorization: `Bearer ${entra.token(person)}` };
  const me = await fetch(`${door.url}${BASE_PATH}/me`, { headers });
  expect(await me.json()).toMatchObject({ item: { id: person.id, instances: [] } });
  await expect(ensureMember(server.environment, id, person)).rejects.toMatchObject({ code: 'forbidden' });
});

test('what is no instance is 404, whatever it is', async () => {
  const headers = { Authorization: `Bearer ${entra.token(people.owner)}` };
  for (const id of ['x', '0', randomUUID(), 'a'.repeat(3000), '%00', 'a%2fb', '__proto__', '%F0%9F%98%80']) {
    const response = await fetch(`${door.url}${BASE_PATH}/instances/${id}/tickets`, { headers });
    await expectProblem(response, 'not_found');
  }
});
