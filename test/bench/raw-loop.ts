import { type Helper, startHelper } from './helper-process.ts';
import type { Loaded } from './load.ts';

/** One run of the loop. The first also says on which copy of the data it runs. */
export interface RawLoopRun {
  operation: string;
  seconds: number;
  folder: string;
  instanceId: string;
  loaded: Loaded;
}

/**
 * A process that writes what an operation writes, one commit after the other, straight into SQLite; it answers how
 * many it wrote a second.
 */
export const startRawLoop = (): Helper<RawLoopRun, number> =>
  startHelper(new URL('./raw-loop-process.ts', import.meta.url));
