import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CosmosService } from './service.ts';

/** The door for other processes: the same service over plain http. */

export interface ServedStandIn {
  url: string;
  close(): Promise<void>;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function respond(service: CosmosService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  const answer = service.handle({
    method: request.method ?? 'GET',
    path: new URL(request.url ?? '/', 'http://localhost').pathname,
    headers: Object.fromEntries(headers),
    body: await readText(request),
  });
  // Over a network an answer that is lost and a request that never arrived look the same: the connection is gone.
  if ('lost' in answer) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
}

export async function serveOverHttp(service: CosmosService): Promise<ServedStandIn> {
  const server = createServer((request, response) => {
    respond(service, request, response).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 'InternalServerError', message: String(error) }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
