import type { CosmosClientOptions } from '@azure/cosmos';
import type { CosmosService } from './service.ts';

/** The door for the client library in the same process: its HttpClient, without any network. */

export type CosmosHttpClient = NonNullable<CosmosClientOptions['httpClient']>;
type PipelineRequest = Parameters<CosmosHttpClient['sendRequest']>[0];
type PipelineResponse = Awaited<ReturnType<CosmosHttpClient['sendRequest']>>;

class AnswerHeaders {
  private readonly values: Map<string, string>;

  constructor(values: Record<string, string>) {
    this.values = new Map(Object.entries(values));
  }

  get(name: string): string | undefined {
    return this.values.get(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.values.has(name.toLowerCase());
  }

  set(name: string, value: string | number | boolean): void {
    this.values.set(name.toLowerCase(), String(value));
  }

  delete(name: string): void {
    this.values.delete(name.toLowerCase());
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this.values);
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.values.entries();
  }
}

/** As the network layer of the client library fails: a broken connection has the code of the system. */
function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { name: 'RestError', code: 'ECONNRESET' });
}

/** The client library turns an abort that nobody asked for into its TimeoutError. */
function requestTimeout(): Error {
  return Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });
}

export function httpClientOf(service: CosmosService): CosmosHttpClient {
  return {
    async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
      if (request.abortSignal?.aborted) throw requestTimeout();
      const answer = service.handle({
        method: request.method,
        path: new URL(request.url).pathname,
        headers: request.headers.toJSON(),
        body: typeof request.body === 'string' ? request.body : '',
      });
      if ('lost' in answer) throw answer.lost === 'reset' ? connectionReset() : requestTimeout();
      const bodyAsText = answer.body === undefined ? '' : JSON.stringify(answer.body);
      return { request, status: answer.status, headers: new AnswerHeaders(answer.headers), bodyAsText };
    },
  };
}
