import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Entra } from './entra.ts';

interface GraphPerson {
  id: string;
  displayName: string | null;
  mail: string | null;
  userPrincipalName: string;
}

/** Microsoft Graph, as far as the product asks it; for tests. */
export interface Graph {
  url: string;
  people: GraphPerson[];
  /** By the id of a group, the ids of people. */
  owners: Record<string, string[]>;
  members: Record<string, string[]>;
  /** By the tenant and the id of a person, `tenant/id`: what their photo is said to be, and its bytes. */
  photos: Record<string, { type: string; bytes: Uint8Array }>;
  /** What it was asked, path and query, in order. */
  requests: URL[];
  /** Instead of an answer. */
  trouble: { status: number; headers?: Record<string, string>; body?: string } | 'closed' | undefined;
  /** How many objects a page holds. */
  pageSize: number;
  close: () => Promise<void>;
}

/** Believes the tokens that this Entra has given for it. */
export async function startGraph(entra: Entra): Promise<Graph> {
  const send = (
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): void => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

  /** `"displayName:ana" OR "mail:ana"`, by the beginnings of words. */
  function found(search: string): GraphPerson[] {
    const clauses = [...search.matchAll(/"(\w+):([^"]*)"/g)].map(([, field, text]) => ({ field, text: text! }));
    const begins = (value: string | null, text: string) =>
      text
        .toLowerCase()
        .split(/\s+/)
        .every((word) =>
          (value ?? '')
            .toLowerCase()
            .split(/\s+/)
            .some((part) => part.startsWith(word)),
        );
    return graph.people.filter((one) =>
      clauses.some(({ field, text }) => begins(one[field as keyof GraphPerson], text)),
    );
  }

  function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, 'https://graph.microsoft.com');
    graph.requests.push(url);
    const { trouble } = graph;
    if (trouble === 'closed') return void request.socket.destroy();
    if (trouble) return send(response, trouble.status, trouble.body ?? { error: {} }, trouble.headers);
    const caller = entra.graphTokens.get(/^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (caller === undefined) return send(response, 401, { error: { code: 'InvalidAuthenticationToken' } });
    const whose = /^\/v1\.0\/users\/([^/]+)\/photos\/48x48\/\$value$/.exec(url.pathname)?.[1];
    if (whose !== undefined) {
      const photo = graph.photos[`${caller.tenantId}/${whose}`];
      if (!photo) return send(response, 404, { error: { code: 'ImageNotFound' } });
      response.writeHead(200, { 'Content-Type': photo.type });
      return void response.end(photo.bytes);
    }
    if (url.pathname === '/v1.0/users') {
      if (request.headers.consistencylevel !== 'eventual')
        return send(response, 400, { error: { code: 'BadRequest' } });
      const people = found(url.searchParams.get('$search') ?? '');
      return send(response, 200, { value: people.slice(0, Number(url.searchParams.get('$top'))) });
    }
    const relation = /^\/v1\.0\/me\/(ownedObjects|memberOf)$/.exec(url.pathname)?.[1];
    if (!relation) return send(response, 404, { error: { code: 'ResourceNotFound' } });
    const groups = Object.entries(relation === 'memberOf' ? graph.members : graph.owners)
      .filter(([, ids]) => ids.includes(caller.id))
      .map(([id]) => ({ '@odata.type': '#microsoft.graph.group', id }));
    const from = Number(url.searchParams.get('$skiptoken') ?? 0);
    const next = new URL(url);
    next.searchParams.set('$skiptoken', String(from + graph.pageSize));
    return send(response, 200, {
      value: groups.slice(from, from + graph.pageSize),
      ...(from + graph.pageSize < groups.length && { '@odata.nextLink': next.href }),
    });
  }

  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const graph: Graph = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    people: [],
    owners: {},
    members: {},
    photos: {},
    requests: [],
    trouble: undefined,
    pageSize: 2,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return graph;
}

/** `fetch` that finds the stand-ins at the addresses of the real ones, and nothing at any other. */
export function fetchOf(entra: Entra, graph: Graph): typeof fetch {
  const hosts: Record<string, string> = {
    'https://login.microsoftonline.com': entra.url,
    'https://graph.microsoft.com': graph.url,
  };
  return (input, init) => {
    const { origin, pathname, search } = new URL(String(input));
    const target = hosts[origin];
    if (target === undefined) throw new Error(`Nobody may ask ${origin}`);
    return fetch(target + pathname + search, init);
  };
}
