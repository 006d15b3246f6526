import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matches, rowOf } from '../../api/store/filter.ts';
import { KINDS } from '../../api/store/kinds.ts';
import { openSqlite } from '../../api/store/sqlite.ts';
import type { Change, InstanceStore, Query, Store } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import { activityDocument, uuid } from '../helpers/documents.ts';
import { DECLARED_FIELD_NAMES, expectedNumbers, FIELD_NAMES, isPrivate, passes, type Sample } from './oracle.ts';
import { comments, query, sampleOf, ticketContent, where, wordFreeWhere } from './random-documents.ts';
import { EVERYTHING, newInstance, putNew, walk } from './subject.ts';

let store: Store;
beforeAll(() => {
  store = openSqlite(':memory:', fakeClock().now);
});
afterAll(() => store.close());

async function load(instance: InstanceStore, samples: Sample[]): Promise<void> {
  await putNew(
    instance,
    'ticket',
    samples.map(({ ticket }) => ticket),
  );
  const activities = samples.flatMap(({ ticket, comments: texts }) =>
    texts.map((comment) => ({ ticketId: ticket.id, comment, isPrivate: isPrivate(comment) })),
  );
  await putNew(
    instance,
    'activity',
    activities.map((one, index) => activityDocument({ id: uuid(index + 1), ...one })),
  );
}

/** Every page of the list, and the count, are what the plain filter and sort say. Answers how many match. */
async function expectAgreement(instance: InstanceStore, samples: Sample[], asked: Query): Promise<number> {
  const wanted = expectedNumbers(samples, asked);
  expect(await instance.count('ticket', asked.where)).toBe(wanted.length);
  const pages = await walk(instance, 'ticket', asked);
  expect(pages.flat().map((stored) => stored.value.ticketNo)).toEqual(wanted);
  const offset = Math.floor(wanted.length / 3);
  const page = await instance.list('ticket', { ...asked, offset, counted: asked.where });
  expect(page.count).toBe(wanted.length);
  expect(page.items.map((stored) => stored.value.ticketNo)).toEqual(wanted.slice(offset, offset + asked.limit));
  return wanted.length;
}

/** Up to 25 tickets, of which some are changed and some deleted. */
const history = fc
  .array(fc.record({ before: ticketContent, after: fc.option(ticketContent), isDeleted: fc.boolean(), comments }), {
    maxLength: 25,
  })
  .map((entries) => entries.map((entry, index) => ({ ...entry, ticketNo: index + 1 })));

describe('any filter in any order, page by page, is what a plain filter and sort of all tickets say', () => {
  test('the fields that are tried are those that are declared', () => {
    expect(FIELD_NAMES).toEqual(DECLARED_FIELD_NAMES);
  });

  test('for few tickets, also after they were changed and deleted', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.array(query(where, [1, 2, 5, 30]), { maxLength: 8 }), async (entries, queries) => {
        const { instance } = await newInstance(store);
        const old = entries.map((entry) => sampleOf(entry.ticketNo, entry.before, entry.comments));
        await load(instance, old);
        for (const asked of queries) await expectAgreement(instance, old, asked);

        const changes = entries.flatMap(({ ticketNo, after, isDeleted }): Change[] => {
          if (isDeleted) return [{ delete: 'ticket', id: uuid(ticketNo), replaces: 1 }];
          const value = after && sampleOf(ticketNo, after, []).ticket;
          return value ? [{ put: 'ticket', id: value.id, value, replaces: 1 }] : [];
        });
        await instance.commit(changes);
        const left = entries
          .filter((entry) => !entry.isDeleted)
          .map((entry) => sampleOf(entry.ticketNo, entry.after ?? entry.before, entry.comments));
        for (const asked of queries) await expectAgreement(instance, left, asked);
      }),
      { numRuns: 150 },
    );
  });

  test('for thousands of tickets, whether few or many of them match', async () => {
    const { instance } = await newInstance(store);
    const samples = fc
      .sample(fc.tuple(ticketContent, comments), 4500)
      .map(([content, texts], index) => sampleOf(index + 1, content, texts));
    await load(instance, samples);
    const either = fc.oneof(
      where,
      where.map((one) => ({ not: one })),
    );
    let few = 0;
    let many = 0;
    await fc.assert(
      fc.asyncProperty(query(either, [700, 1000]), async (asked) => {
        // More than 2000 matches are read along the order instead of being sorted.
        if ((await expectAgreement(instance, samples, asked)) > 2000) many++;
        else few++;
      }),
      { numRuns: 80 },
    );
    expect(few).toBeGreaterThan(0);
    expect(many).toBeGreaterThan(0);
  });

  test('and a filter without words says the same of a single ticket', () => {
    fc.assert(
      fc.property(ticketContent, wordFreeWhere, (content, filter) => {
        const sample = sampleOf(7, content, []);
        expect(matches(filter, rowOf(KINDS.ticket, sample.ticket))).toBe(passes(filter, sample));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a chain of pages while others write', () => {
  const steps = fc.array(
    fc.record({
      created: fc.array(ticketContent, { maxLength: 3 }),
      changed: fc.array(fc.tuple(fc.nat(), ticketContent), { maxLength: 3 }),
    }),
    { maxLength: 20 },
  );

  test('shows every ticket that was there at its start exactly once, and none twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(ticketContent, { maxLength: 25 }),
        fc.constantFrom('createdOn', 'ticketNo', 'title'),
        fc.constantFrom('ASC' as const, 'DESC' as const),
        fc.integer({ min: 1, max: 6 }),
        steps,
        async (contents, orderBy, direction, limit, writes) => {
          const { instance } = await newInstance(store);
          const tickets = new Map(
            contents.map((content, index) => [index + 1, sampleOf(index + 1, content, []).ticket] as const),
          );
          const versions = new Map([...tickets.keys()].map((number) => [number, 1]));
          await putNew(instance, 'ticket', [...tickets.values()]);
          const atStart = [...tickets.keys()];

          const write = async ({ created, changed }: { created: typeof contents; changed: [number, object][] }) => {
            const commits: Promise<void>[] = [];
            for (const [which, content] of tickets.size > 0 ? changed : []) {
              const number = 1 + (which % tickets.size);
              const { createdOn, title, ticketNo, id } = tickets.get(number)!;
              const value = { ...sampleOf(number, content, []).ticket, createdOn, title, ticketNo, id };
              const replaces = versions.get(number)!;
              versions.set(number, replaces + 1);
              commits.push(instance.commit([{ put: 'ticket', id, value, replaces }]));
            }
            for (const content of created) {
              const number = tickets.size + 1;
              const { ticket: value } = sampleOf(number, content, []);
              tickets.set(number, value);
              versions.set(number, 1);
              commits.push(instance.commit([{ put: 'ticket', id: value.id, value, replaces: null }]));
            }
            await Promise.all(commits);
          };

          const shown: number[] = [];
          const asked: Query = { where: EVERYTHING, orderBy, direction, limit };
          for (let turn = 0, page = await instance.list('ticket', asked); ; turn++) {
            shown.push(...page.items.map((stored) => stored.value.ticketNo));
            if (!page.next) break;
            const writing = write(writes[turn] ?? { created: [], changed: [] });
            page = await instance.list('ticket', { ...asked, after: page.next });
            await writing;
          }
          expect(new Set(shown).size).toBe(shown.length);
          expect(shown.filter((number) => number <= atStart.length).sort((a, b) => a - b)).toEqual(atStart);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('goes on in the same order when the matches become so many that they are read in another way', async () => {
    const { instance } = await newInstance(store);
    const batch = (from: number, count: number) =>
      putNew(
        instance,
        'ticket',
        Array.from({ length: count }, (_, index) => sampleOf(from + index, {}, []).ticket),
      );
    await batch(1, 1950);
    const asked: Query = { where: EVERYTHING, orderBy: 'title', direction: 'ASC', limit: 400 };
    const shown: number[] = [];
    for (let page = await instance.list('ticket', asked); ; ) {
      shown.push(...page.items.map((stored) => stored.value.ticketNo));
      if (!page.next) break;
      if (shown.length === 800) await batch(1951, 100);
      page = await instance.list('ticket', { ...asked, after: page.next });
    }
    expect(shown).toEqual(Array.from({ length: 2050 }, (_, index) => index + 1));
  });
});
