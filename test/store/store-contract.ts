import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Store } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import { columnPromises } from './contract-columns.ts';
import { countPromises } from './contract-counts.ts';
import { documentPromises } from './contract-documents.ts';
import { eventPromises } from './contract-events.ts';
import { isolationPromises } from './contract-isolation.ts';
import { jobPromises } from './contract-jobs.ts';
import { jobModelPromises } from './contract-jobs-model.ts';
import { limitPromises } from './contract-limits.ts';
import { listPromises } from './contract-list.ts';
import { numberPromises } from './contract-numbers.ts';
import { recordPromises } from './contract-records.ts';
import { registryPromises } from './contract-registry.ts';
import { searchPromises } from './contract-search.ts';
import { searchChangePromises } from './contract-search-changes.ts';
import type { OpenStore, Subject } from './subject.ts';

/** What every driver promises, through the port alone. */
export function storeContract(name: string, open: OpenStore): void {
  describe(name, () => {
    const clock = fakeClock();
    let opened: Awaited<ReturnType<OpenStore>>;
    beforeAll(async () => {
      opened = await open(clock.now);
    });
    afterAll(() => opened.close());

    const subject: Subject = { store: (): Store => opened.store, clock };
    documentPromises(subject);
    limitPromises(subject);
    isolationPromises(subject);
    numberPromises(subject);
    eventPromises(subject);
    registryPromises(subject);
    listPromises(subject);
    countPromises(subject);
    columnPromises(subject);
    searchPromises(subject);
    searchChangePromises(subject);
    recordPromises(subject);
    jobPromises(subject);
    jobModelPromises(subject);
  });
}
