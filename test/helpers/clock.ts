export interface Clock {
  now: () => Date;
  advance(ms: number): void;
}

/** A clock that stands still until a test moves it. */
export function fakeClock(start = '2026-01-31T09:00:00.000Z'): Clock {
  let ms = Date.parse(start);
  return {
    now: () => new Date(ms),
    advance(by) {
      ms += by;
    },
  };
}

/** What jest's fake timers leave alone, so that nothing but the machine's time is faked: for libraries that ask no other. */
export const BUT_TIME = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const),
];
