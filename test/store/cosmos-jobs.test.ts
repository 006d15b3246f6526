import { beforeEach, expect, test } from '@jest/globals';
import { type Job, SEEN_WITHIN_MS, type Store } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import { clientOf } from '../helpers/cosmos/open-container.ts';
import type { CosmosStandIn } from '../helpers/cosmos/stand-in.ts';
import { uuid } from '../helpers/documents.ts';
import { type CosmosPair, openNode, openPair } from './cosmos-node.ts';

const clock = fakeClock();
let pair: CosmosPair;
let standIn: CosmosStandIn;
let here: Store;
let there: Store;
beforeEach(async () => {
  pair = await openPair(clock);
  ({ standIn, here, there } = pair);
});

const LEASE_MS = 60_000;
const job = { id: 'a/job', kind: 'work', instanceId: uuid(1), dueOn: '2026-01-01T00:00:00.000Z', payload: { step: 1 } };
const claim = (store: Store) => store.jobs.claim({ work: LEASE_MS }, 10);
const claimOne = async (store: Store): Promise<Job> => {
  const claimed = await claim(store);
  expect(claimed).toHaveLength(1);
  return claimed[0]!;
};
const isWrite = ({ kind }: { kind: string }) => kind === 'create' || kind === 'patch';
const loseAnswers = () => standIn.faults.next('timeout-after-commit', { times: 2, match: isWrite });

test('a job of another node is seen in time, and at once by a node that has not looked yet', async () => {
  expect(await claim(there)).toEqual([]);
  await here.jobs.put([job]);
  clock.advance(SEEN_WITHIN_MS);
  expect((await claimOne(there)).id).toBe(job.id);
  await here.jobs.put([{ ...job, id: 'another' }]);
  const third = (await openNode(standIn, clock)).environment.store;
  expect((await claimOne(third)).id).toBe('another');
});

test('a job of a node that died is taken when its lease is over, without another round', async () => {
  await here.jobs.put([job]);
  expect(await claim(there)).toHaveLength(1);
  // Learns by its one look when the job will be free.
  expect(await claim(here)).toEqual([]);
  clock.advance(LEASE_MS);
  expect(await claimOne(here)).toMatchObject({ id: job.id, payload: { step: 1 } });
});

test('a job is not overlooked when it is put between the look of a claim and its answer', async () => {
  let put: (() => Promise<unknown>) | undefined;
  const slow: typeof standIn.httpClient = {
    async sendRequest(request) {
      const answer = await standIn.httpClient.sendRequest(request);
      const act =
        request.url.includes('/jobs/') && JSON.stringify(request.headers).includes('isquery') ? put : undefined;
      if (act) put = undefined;
      await act?.();
      return answer;
    },
  };
  const { store } = (await openNode(standIn, clock, slow)).environment;
  put = () => store.jobs.put([job, ...Array.from({ length: 40 }, (_, index) => ({ ...job, id: `job ${index}` }))]);
  const claimed = await store.jobs.claim({ work: LEASE_MS }, 100);
  expect(put).toBeUndefined();
  claimed.push(...(await store.jobs.claim({ work: LEASE_MS }, 100)));
  expect(claimed).toHaveLength(41);
});

test('a job is put, claimed, put off and finished although every answer is lost', async () => {
  loseAnswers();
  await here.jobs.put([job]);
  loseAnswers();
  const first = await claimOne(here);
  expect(await claim(there)).toEqual([]);
  loseAnswers();
  await here.jobs.reschedule(first, { dueOn: clock.now().toISOString(), payload: { step: 2 }, error: 'Not yet' });
  loseAnswers();
  const second = await claimOne(here);
  expect(second).toMatchObject({ payload: { step: 2 }, attempts: 1, lastError: 'Not yet' });
  loseAnswers();
  await here.jobs.finish(second);
  expect(standIn.faults.clear()).toBe(0);
  clock.advance(LEASE_MS);
  expect([...(await claim(here)), ...(await claim(there))]).toEqual([]);
});

test('a job that somebody else took between two tries of a claim is theirs', async () => {
  await here.jobs.put([job]);
  standIn.faults.next('reset-before-commit', { match: isWrite });
  let theirs: Job | undefined;
  pair.meanwhile(async () => {
    theirs = await claimOne(there);
  });
  expect(await claim(here)).toEqual([]);
  await there.jobs.finish(theirs!);
});

test('a job that changed hands before the lost first try of finishing it is not finished', async () => {
  await here.jobs.put([job]);
  const late = await claimOne(here);
  clock.advance(LEASE_MS);
  standIn.faults.next('reset-before-commit', { match: isWrite });
  let theirs: Job | undefined;
  pair.meanwhile(async () => {
    theirs = await claimOne(there);
  });
  await expect(here.jobs.finish(late)).rejects.toMatchObject({ code: 'conflict' });
  await there.jobs.finish(theirs!);
});

test('a job that could not be taken keeps nobody from those that could', async () => {
  await here.jobs.put([job, { ...job, id: 'stuck' }, { ...job, id: 'another' }]);
  const isStuck = ({ kind, path }: { kind: string; path: string }) => kind === 'patch' && path.endsWith('stuck');
  standIn.faults.next(429, { times: 1000, match: isStuck });
  expect((await claim(here)).map((one) => one.id).toSorted()).toEqual(['a/job', 'another']);
  standIn.faults.clear();
  expect((await claimOne(here)).id).toBe('stuck');
});

test('a job that is finished leaves that it was done, and nothing of what it was about', async () => {
  await here.jobs.put([job]);
  await here.jobs.finish(await claimOne(here));
  const jobs = clientOf(standIn).database('tickets').container('jobs');
  const { resources } = await jobs.items.query('SELECT c.id, c.payload FROM c').fetchAll();
  expect(resources).toEqual([{ id: 'a~002fjob', payload: {} }]);
});

test('a job is not left lying when the look for it failed', async () => {
  await here.jobs.put([job]);
  standIn.faults.next(429, { times: 1000, match: ({ kind }) => kind === 'query' });
  await expect(claim(here)).rejects.toMatchObject({ code: 'unavailable' });
  standIn.faults.clear();
  await claimOne(here);
});

test('a job is not left lying when somebody could not take it', async () => {
  await here.jobs.put([job]);
  standIn.faults.next(429, { times: 1000, match: ({ kind }) => kind === 'patch' });
  await expect(claim(here)).rejects.toMatchObject({ code: 'unavailable' });
  standIn.faults.clear();
  await claimOne(here);
});
