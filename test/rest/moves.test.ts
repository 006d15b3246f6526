import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Instance, WorkflowPreview } from '../../api/contract/instance.ts';
import type { Mover } from '../../api/contract/moves.ts';
import { DEFAULT_WORKFLOW, type Move, type State, type Workflow } from '../../api/contract/workflow.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { type Answer, type Api, apiOf, GRACE, succeed } from './reference.ts';
import { asPerson, code, newDesk, type SignedIn } from './signed-in.ts';

/** The moves of a workflow: what they are called, and who may make them. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const BY = ['usual', 'everyone', 'assignees', 'owners'] as const;
type By = (typeof BY)[number];
type Kind = 'goes on' | 'ends' | 'reopens';

const ways = (category: State['category']) => BY.map((by) => ({ id: `${category}_${by}`, category }));
const special = (targets: { id: string }[]): Move[] =>
  targets.flatMap(({ id }) => {
    const by = id.split('_')[1] as By;
    return by === 'usual' ? [] : [{ to: id, by: by as Mover }];
  });
const state = (id: string, category: State['category'], nextSteps: string[] = [], moves?: Move[]): State => ({
  id,
  label: id.toUpperCase(),
  category,
  nextSteps,
  ...(moves && { moves }),
});

/** From open work and from its end, one move for each way of saying who may make it. */
const WORKFLOW: Workflow = {
  states: [
    state(
      'open',
      'new',
      ['done', ...[...ways('active'), ...ways('closed')].map(({ id }) => id)],
      [...special([...ways('active'), ...ways('closed')]), { to: 'done', label: 'It works again' }],
    ),
    state(
      'done',
      'resolved',
      ways('active').map(({ id }) => id),
      special(ways('active')),
    ),
    ...[...ways('active'), ...ways('closed')].map(({ id, category }) => state(id, category)),
  ],
  resolutions: ['fixed'],
};

const useWorkflow = async (admin: Api, workflow: Workflow): Promise<Instance> =>
  succeed(await admin.put<Instance>('/instance', { instance: { workflows: [workflow] } })).body.item;

describe('who may make a move', () => {
  type Who = 'owner' | 'assignee' | 'requestor' | 'follower' | 'key' | 'administrative key';
  let api: Api;
  let admin: Api;
  let mara: LocalPerson;
  const signedIn = {} as Record<'owner' | 'assignee' | 'member', SignedIn>;
  beforeAll(async () => {
    const desk = await newDesk(server);
    ({ api, mara } = desk);
    Object.assign(signedIn, { owner: desk.owner, assignee: desk.assignee, member: desk.member });
    admin = apiOf(desk.instance, 'administrative');
    await useWorkflow(admin, WORKFLOW);
  });

  const KINDS: Record<Kind, { from: string; category: State['category'] }> = {
    'goes on': { from: 'open', category: 'active' },
    ends: { from: 'open', category: 'closed' },
    reopens: { from: 'done', category: 'active' },
  };
  const WORKERS: Who[] = ['owner', 'assignee', 'key', 'administrative key'];
  const MAY: Record<Mover, Who[]> = {
    everyone: [...WORKERS, 'requestor'],
    assignees: WORKERS,
    owners: ['owner', 'administrative key'],
  };
  const SAYS: Record<Mover, RegExp> = {
    everyone: /^Only its requestor and those who work the tickets may move this ticket from [A-Z]+ to [A-Z_]+\.$/,
    assignees: /^Only those who work the tickets may move /,
    owners: /^Only an owner of the help desk, or an administrative key, may move /,
  };
  const usual: Record<Kind, Mover> = { 'goes on': 'assignees', ends: 'everyone', reopens: 'everyone' };

  const move = (who: Who, id: string, status: string): Promise<Answer<unknown>> => {
    if (who === 'key') return api.put(`/tickets/${id}/status`, { status, user: GRACE });
    // Whom a key names grants nothing, not even the requestor's own.
    if (who === 'administrative key') return admin.put(`/tickets/${id}/status`, { status, user: GRACE });
    const person = who === 'owner' || who === 'assignee' ? signedIn[who] : signedIn.member;
    return person.send('PUT', `/tickets/${id}/status`, { status });
  };
  const cases = (Object.keys(KINDS) as Kind[]).flatMap((kind) => BY.map((by) => [kind, by] as const));

  test.each(cases)('that %s, by %s', async (kind, by) => {
    const { from, category } = KINDS[kind];
    const mover = by === 'usual' ? usual[kind] : by;
    const to = `${category}_${by}`;
    for (const who of [...WORKERS, 'requestor', 'follower'] as Who[]) {
      const people = who === 'requestor' ? { requestor: asPerson(mara) } : { followers: [asPerson(mara)] };
      const { id } = await api.newTicket(people);
      if (from === 'done') await api.move(id, 'done');
      const { status, body } = await move(who, id, to);
      const isAllowed = MAY[mover].includes(who);
      expect([who, status]).toEqual([who, isAllowed ? 200 : 403]);
      if (!isAllowed) expect(body.message).toMatch(SAYS[mover]);
      expect((await api.ticket(id)).statusId).toBe(isAllowed ? to : from);
      expect(await api.history(id)).toHaveLength((from === 'done' ? 2 : 1) + (isAllowed ? 1 : 0));
    }
  });

  test('404 for a ticket that they do not see, 400 for a move that there is not, whoever asks', async () => {
    const { id } = await api.newTicket();
    expect(await code(signedIn.member.send('PUT', `/tickets/${id}/status`, { status: 'done' }))).toEqual([
      404,
      'not_found',
    ]);
    const { id: own } = await api.newTicket({ requestor: asPerson(mara) });
    await api.move(own, 'active_usual');
    for (const who of [...WORKERS, 'requestor'] as Who[]) {
      expect(await code(move(who, own, 'done'))).toEqual([400, 'invalid_input']);
    }
  });

  test('is asked for each ticket of many', async () => {
    const { id: first } = await api.newTicket();
    const { id: second } = await api.newTicket();
    await api.move(second, 'done');
    const bulk = (status: string) => ({ ticketIds: [first, second], status });
    interface Row {
      ticketId: string;
      statusCode: number;
      message?: string;
    }
    const refused = /^Only an owner of the help desk/;
    for (const rows of [
      await signedIn.assignee.send<Row>('POST', '/tickets/bulk', bulk('active_owners')),
      await api.post<Row>('/tickets/bulk', { ...bulk('active_owners'), user: GRACE }),
    ]) {
      expect(succeed(rows).body.items.map(({ statusCode }) => statusCode)).toEqual([403, 403]);
      for (const { message } of rows.body.items) expect(message).toMatch(refused);
    }
    const mixed = succeed(await api.post<Row>('/tickets/bulk', { ...bulk('closed_assignees'), user: GRACE }));
    expect(mixed.body.items.map(({ statusCode }) => statusCode)).toEqual([200, 400]);
    const rest = await signedIn.owner.send<Row>('POST', '/tickets/bulk', bulk('active_owners'));
    expect(succeed(rest).body.items.map(({ ticketId, statusCode }) => [ticketId, statusCode])).toEqual([
      [first, 400],
      [second, 200],
    ]);
  });

  test('a ticket says what its moves are called, and who may make them', async () => {
    const { workflow } = await api.newTicket();
    expect(workflow).toEqual(WORKFLOW);
  });
});

describe('one’s own move is taken back', () => {
  const CLINIC: Workflow = {
    states: [
      state('open', 'new', ['work'], [{ to: 'work', by: 'everyone' }]),
      state('work', 'active', ['open', 'done'], [{ to: 'open', by: 'owners' }]),
      state('done', 'resolved'),
    ],
    resolutions: [],
  };
  test.each(['assignee', 'requestor'] as const)('by the %s within a minute, then it is for others', async (who) => {
    const desk = await newDesk(server);
    await useWorkflow(apiOf(desk.instance, 'administrative'), CLINIC);
    const person = who === 'assignee' ? desk.assignee : desk.member;
    const move = (status: string) => person.send('PUT', `/tickets/${desk.own.id}/status`, { status });
    succeed(await move('work'));
    expect((await move('open')).body.item).toMatchObject({ statusId: 'open' });
    succeed(await move('work'));
    server.clock.advance(60_001);
    const late = await move('open');
    expect(late).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(late.body.message).toBe(
      'Only an owner of the help desk, or an administrative key, may move this ticket from WORK to OPEN.',
    );
  });

  test('but not somebody else’s', async () => {
    const desk = await newDesk(server);
    await useWorkflow(apiOf(desk.instance, 'administrative'), CLINIC);
    succeed(await desk.member.send('PUT', `/tickets/${desk.own.id}/status`, { status: 'work' }));
    const back = { status: 'open', user: asPerson(desk.mara) };
    expect(await code(desk.assignee.send('PUT', `/tickets/${desk.own.id}/status`, back))).toEqual([403, 'forbidden']);
    expect(await code(desk.api.put(`/tickets/${desk.own.id}/status`, back))).toEqual([403, 'forbidden']);
  });
});

describe('a workflow with moves', () => {
  let admin: Api;
  let api: Api;
  beforeAll(async () => {
    const made = await server.newInstance();
    admin = apiOf(made, 'administrative');
    api = apiOf(made);
  });
  /** The default workflow, with this said of the moves from Open. */
  const withMoves = (moves: unknown): Workflow => ({
    ...DEFAULT_WORKFLOW,
    states: DEFAULT_WORKFLOW.states.map((one) => (one.id === 'open' ? { ...one, moves: moves as Move[] } : one)),
  });

  const wrong: [string, unknown, RegExp][] = [
    ['of a move that there is not', [{ to: 'reopened' }], /moves of Open: reopened is not one of its nextSteps/],
    ['of a state that there is not', [{ to: 'gone', by: 'owners' }], /moves of Open: gone is not one of its nextSteps/],
    ['of a move in another case', [{ to: 'Closed', by: 'owners' }], /moves of Open: Closed is not one of its/],
    ['twice of one move', [{ to: 'closed' }, { to: 'closed', by: 'owners' }], /moves of Open: closed stands there/],
    ['of nobody', [{ to: 'closed', by: 'nobody' }], /moves.*by/],
    ['with no name', [{ to: 'closed', label: '  ' }], /moves.*label/],
    ['with a long name', [{ to: 'closed', label: 'x'.repeat(65) }], /moves.*label/],
    ['with a name that is no text', [{ to: 'closed', label: 7 }], /moves.*label/],
    ['without the state it leads to', [{ label: 'Away' }], /moves.*to/],
    ['with no list', { to: 'closed' }, /moves/],
    ['of too many', Array.from({ length: 51 }, () => ({ to: 'closed' })), /moves/],
  ];
  test.each(wrong)('400 for what is said %s; its preview tells it before', async (_, moves, message) => {
    const workflow = withMoves(moves);
    const saved = await admin.put('/instance', { instance: { workflows: [workflow] } });
    expect(saved).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(`${saved.body.message} ${saved.body.errors?.map(({ field }) => field).join()}`).toMatch(message);
    const preview = await admin.post<WorkflowPreview>('/instance/workflow-preview', { workflow });
    if (preview.status === 200) expect(preview.body.item.problems.join()).toMatch(message);
    else expect(preview.status).toBe(400);
  });

  test('an instance that never said anything of its moves has none', async () => {
    const { workflows, isCustomWorkflow } = succeed(await admin.get<Instance>('/instance')).body.item;
    expect({ workflows, isCustomWorkflow }).toEqual({ workflows: [DEFAULT_WORKFLOW], isCustomWorkflow: false });
  });

  test.each<[string, Move[], boolean]>([
    ['nothing', [], false],
    ['an entry that says nothing', [{ to: 'closed' }], false],
    ['a name', [{ to: 'closed', label: 'Away with it' }], true],
    ['who may make one', [{ to: 'closed' }, { to: 'pending', by: 'everyone' }], true],
  ])('with %s: is it a custom one?', async (_, moves, expected) => {
    const instance = await useWorkflow(admin, withMoves(moves));
    expect(instance).toMatchObject({ isCustomWorkflow: expected, workflows: [withMoves(moves)] });
    expect(await api.newTicket()).toMatchObject({ isCustomWorkflow: expected, status: 'Open' });
    expect((await useWorkflow(admin, DEFAULT_WORKFLOW)).isCustomWorkflow).toBe(false);
  });

  test('a name is trimmed, and is no name of a state', async () => {
    const { workflows } = await useWorkflow(admin, withMoves([{ to: 'closed', label: '  Away with it ' }]));
    expect(workflows[0]!.states[0]!.moves).toEqual([{ to: 'closed', label: 'Away with it' }]);
    const { id } = await api.newTicket();
    const { body } = await api.put(`/tickets/${id}/status`, { status: 'Away with it' });
    expect(body.message).toMatch(/^status: must be one of: Open, Started/);
  });

  test('its preview finds the states from which only owners lead on', async () => {
    const owners = (...ids: string[]): Move[] => ids.map((to) => ({ to, by: 'owners' }));
    const states = [
      state('open', 'new', ['work', 'done'], owners('work')),
      state('work', 'active', ['work', 'done'], owners('done')),
      state('done', 'resolved', ['work', 'filed'], owners('work', 'filed')),
      state('filed', 'closed', ['filed'], owners('filed')),
    ];
    const found = succeed(
      await admin.post<WorkflowPreview>('/instance/workflow-preview', { workflow: { states, resolutions: [] } }),
    ).body.item.states.filter(({ isRemoved }) => !isRemoved);
    expect(found.map(({ id, needsOwner, isDeadEnd }) => [id, needsOwner, isDeadEnd])).toEqual([
      ['open', false, false],
      ['work', true, false],
      ['done', true, false],
      ['filed', false, true],
    ]);
  });
});
