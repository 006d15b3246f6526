import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** Lines are written together, at the latest after this: a write for every line would cost as much as the answer. */
const FLUSH_MS = 200;

function standardOutput(): DestinationStream {
  const stream = destination({ dest: 1, sync: false, minLength: 4096 });
  setInterval(() => stream.flush(), FLUSH_MS).unref();
  return stream;
}

/** A structured log, one JSON object a line. What could open a door is cut out wherever it stands. */
export function createLog(level: string, stream: DestinationStream = standardOutput()): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: ['key', 'email', '*.key', '*.email', '*.authorization', '*.cookie'], remove: true },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
}

/** The log of requests. Its lines are put together from names that hold no secret, so nothing needs to be looked for. */
export const accessLog = (log: Log): Log => log.child({}, { redact: [] });
