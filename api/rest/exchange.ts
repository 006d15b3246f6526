import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Headers } from './answer.ts';

/** A request on its way through the door. */
export interface Exchange {
  request: IncomingMessage & { params: Record<string, string> };
  response: ServerResponse;
  requestId: string;
  headers: Headers;
  instanceId: string | undefined;
}

/** What the door does with a request; what it throws becomes the answer. */
export type Act = (exchange: Exchange) => Promise<void>;
