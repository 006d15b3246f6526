import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { WorkflowPreview } from '../../api/contract/instance.ts';
import { DEFAULT_WORKFLOW, type State, type Workflow } from '../../api/contract/workflow.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { expectProblem } from './problems.ts';
import { type Api, apiOf, succeed } from './reference.ts';

let server: TestServer;
let made: TestInstance;
let admin: Api;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  made = await server.newInstance();
  admin = apiOf(made, 'administrative');
});

const preview = async (workflow: Workflow): Promise<WorkflowPreview> =>
  succeed(await admin.post<WorkflowPreview>('/instance/workflow-preview', { workflow })).body.item;
const state = (id: string, category: State['category'], ...nextSteps: string[]): State => ({
  id,
  label: id.toUpperCase(),
  category,
  nextSteps,
});
const SMALL: Workflow = { states: [state('open', 'new', 'closed'), state('closed', 'closed')], resolutions: ['fixed'] };
const flags = ({ states }: WorkflowPreview) =>
  Object.fromEntries(
    states.map((one) => [
      one.id,
      [one.tickets, ...(['isNew', 'isRemoved', 'isUnreachable', 'isDeadEnd'] as const).filter((name) => one[name])],
    ]),
  );

describe('the preview of a workflow', () => {
  test('200 of the one that there is changes nothing', async () => {
    const found = await preview(DEFAULT_WORKFLOW);
    expect(found).toMatchObject({ canBeSaved: true, problems: [] });
    expect(found.states.map(({ id, label }) => ({ id, label }))).toEqual(
      DEFAULT_WORKFLOW.states.map(({ id, label }) => ({ id, label })),
    );
    expect(Object.values(flags(found))).toEqual(found.states.map(() => [0]));
  });

  test('200 counts the tickets of each state, and names those whose state would go', async () => {
    const api = apiOf(made);
    await api.newTicket();
    for (const status of ['Started', 'Started', 'Closed']) await api.move((await api.newTicket()).id, status);
    const found = await preview(SMALL);
    expect(flags(found)).toEqual({
      open: [1],
      closed: [1, 'isDeadEnd'],
      started: [2, 'isRemoved'],
      pending: [0, 'isRemoved'],
      resolved: [0, 'isRemoved'],
      reopened: [0, 'isRemoved'],
    });
    expect(found).toMatchObject({
      canBeSaved: false,
      problems: ['2 tickets are Started; move them before you remove that state'],
    });
    expect(found.states.map(({ label }) => label).slice(0, 3)).toEqual(['OPEN', 'CLOSED', 'Started']);
  });

  test('200 finds what cannot be reached, and what cannot be left', async () => {
    const states = [
      state('first', 'active', 'open'),
      state('open', 'new', 'work', 'open'),
      state('work', 'active', 'done'),
      state('done', 'resolved', 'done'),
      state('island', 'waiting', 'bay'),
      state('bay', 'waiting', 'island'),
    ];
    const found = await preview({ states, resolutions: [] });
    expect(flags(found)).toMatchObject({
      first: [0, 'isNew', 'isUnreachable'],
      open: [0],
      work: [0, 'isNew'],
      done: [0, 'isNew', 'isDeadEnd'],
      island: [0, 'isNew', 'isUnreachable'],
      bay: [0, 'isNew', 'isUnreachable'],
    });
    expect(found.canBeSaved).toBe(true);
  });

  test.each<[string, State[], RegExp]>([
    ['two states of one id', [...SMALL.states, state('OPEN', 'active')], /two states have the same id/],
    [
      'a move to nowhere',
      [state('open', 'new', 'gone'), state('closed', 'closed')],
      /leads to gone, which is no state/,
    ],
    ['nowhere to start', [state('open', 'active'), state('closed', 'closed')], /must have the category new/],
    ['nowhere to end', [state('open', 'new'), state('work', 'active')], /category resolved or closed/],
  ])('200 says that it cannot be saved with %s; and saving says the same', async (_, states, problem) => {
    const workflow = { ...SMALL, states };
    const { canBeSaved, problems } = await preview(workflow);
    expect(canBeSaved).toBe(false);
    expect(problems.join()).toMatch(problem);
    const saved = await admin.put('/instance', { instance: { workflows: [workflow] } });
    expect(saved).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });

  test('200 and what it says can be saved, can', async () => {
    await apiOf(made).newTicket();
    expect(await preview(SMALL)).toMatchObject({ canBeSaved: true, problems: [] });
    const before = succeed(await admin.get('/instance'));
    await preview(SMALL);
    expect((await admin.get('/instance')).text).toBe(before.text);
    expect(before.headers.get('ETag')).toBe((await admin.get('/instance')).headers.get('ETag'));
    succeed(await admin.put('/instance', { instance: { workflows: [SMALL] } }));
  });

  test('400 for what is no workflow', async () => {
    const wrong = [
      {},
      { workflow: null },
      { workflow: [] },
      { workflow: { ...SMALL, states: [SMALL.states[0]] } },
      { workflow: { ...SMALL, states: Array.from({ length: 51 }, (_, index) => state(`s${index}`, 'new')) } },
      { workflow: { ...SMALL, states: [{ ...SMALL.states[0], id: '../x' }, SMALL.states[1]] } },
      { workflow: { ...SMALL, states: [{ ...SMALL.states[0], category: 'lost' }, SMALL.states[1]] } },
      { workflow: { states: SMALL.states } },
    ];
    for (const body of wrong) {
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
      const path = `/instance/workflow-preview?key=${made.keys.administrative}`;
      await expectProblem(await made.fetch(path, init), 'invalid_input');
    }
  });

  test('200 names that objects have of themselves are states like others', async () => {
    const states = [state('constructor', 'new', '__proto__'), state('__proto__', 'closed', 'constructor')];
    const found = await preview({ states, resolutions: [] });
    expect(found.states.slice(0, 2).map(({ id, isUnreachable }) => [id, isUnreachable])).toEqual([
      ['constructor', false],
      ['__proto__', false],
    ]);
  });

  test('403 for who is no owner', async () => {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ workflow: SMALL }),
    };
    await expectProblem(await made.fetch('/instance/workflow-preview', init), 'forbidden');
    const assignee = await server.join(made.id, server.newPerson('Asif'), 'assignee');
    await expectProblem(await assignee('/instance/workflow-preview', init), 'forbidden');
  });

  test('200 counts the tickets of this instance alone', async () => {
    const other = await server.newInstance();
    await apiOf(other).newTicket();
    expect(flags(await preview(SMALL)).open).toEqual([0]);
  });
});
