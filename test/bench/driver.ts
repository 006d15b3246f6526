import { type Helper, startHelper } from './helper-process.ts';
import type { HttpCall } from './operations.ts';

/** One run against one server. */
export interface DriverRun {
  url: string;
  calls: HttpCall[];
  connections: number;
  seconds: number;
}

export interface Rates {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** A process that sends requests as fast as they are answered. Any answer but 2xx is an error. */
export const startDriver = (): Helper<DriverRun, Rates> => startHelper(new URL('./driver-process.ts', import.meta.url));
