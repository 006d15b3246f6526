import { z } from 'zod';
import { notSignedIn, type SignIn } from '../auth/entra-token.ts';
import type { LocalIssuer } from '../auth/local-issuer.ts';
import { isOwnMachine } from '../auth/own-machine.ts';
import { fail } from '../contract/errors.ts';
import type { Operation } from '../contract/operation.ts';
import { PERSONAL } from '../contract/people.ts';
import type { Environment } from '../core/context.ts';
import { parseInput } from '../core/input.ts';
import { invokePersonal, personalIds } from '../core/me.ts';
import { actorOf, type Identity } from '../core/members.ts';
import { sendBytes, sendItem, sendText } from './answer.ts';
import type { Act, Exchange } from './exchange.ts';
import { limit, type WhoAsks } from './operation-act.ts';
import type { RateLimit } from './rate-limit.ts';
import { queryInput, queryReaders, readJson, readQuery } from './request.ts';

/** How people come in: with a token of Entra ID, or of the local issuer. */

/** Who may sign in, and where to. */
export interface PeopleOptions {
  signIn: SignIn;
  /** Outside production without Entra. */
  localIssuer?: LocalIssuer;
  /** Of our application in Entra; '' without it. */
  clientId: string;
  /** Where Entra signs people in, without a slash at the end. */
  authority: string;
  /** Of the app in Teams; '' when it is not known. */
  teamsAppId: string;
  /** Where the tab was built. */
  tabFolder: string;
  rateLimit?: RateLimit;
}

const MAX_TOKEN = 16_384;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

async function identityOf(
  exchange: Exchange,
  signIn: SignIn,
  rateLimit: RateLimit | undefined,
): Promise<{ identity: Identity; token: string }> {
  const token = /^Bearer\s+(\S+)$/i.exec(exchange.request.headers.authorization ?? '')?.[1] ?? '';
  if (token.length > MAX_TOKEN || !JWT.test(token)) return notSignedIn();
  const identity = await signIn(token);
  if (rateLimit) limit(exchange.headers, await rateLimit(`${identity.tenantId}/${identity.id}`));
  return { identity, token };
}

/** Who asks below `/instances/{instanceId}`: a person, who must belong to it. */
export function personAsks(environment: Environment, signIn: SignIn, rateLimit: RateLimit | undefined): WhoAsks {
  return async (exchange) => {
    const { identity, token } = await identityOf(exchange, signIn, rateLimit);
    const actor = await actorOf(environment, identity, exchange.request.params.instanceId ?? '');
    exchange.instanceId = actor.instanceId;
    return { actor, origin: 'tab', token };
  };
}

/** The operations of `/me`, each with its method, path and act. */
export function personalActs(
  environment: Environment,
  signIn: SignIn,
  rateLimit: RateLimit | undefined,
): { operation: Operation; act: Act }[] {
  return personalIds.map((id) => {
    const operation: Operation = PERSONAL[id];
    const readers = queryReaders(operation);
    const act: Act = async (exchange) => {
      const { request, response, headers } = exchange;
      const { identity, token } = await identityOf(exchange, signIn, rateLimit);
      const input = queryInput(readQuery(request.url!), readers, [], []);
      const body = operation.method === 'GET' ? {} : await readJson(request);
      const given = { ...body, ...input, ...request.params };
      const result = await invokePersonal(environment, { identity, token }, id, given);
      if ('bytes' in result) sendBytes(response, headers, operation.status, result);
      else sendItem(response, headers, operation.status, result);
    };
    return { operation, act };
  });
}

const tokenRequest = z.object({ personId: z.string().max(64) });

function sendJson({ response, headers }: Exchange, value: unknown): void {
  const own = [...headers, 'Cache-Control', 'no-store'];
  sendText(response, 200, own, 'application/json; charset=utf-8', JSON.stringify(value));
}

function checkOwnMachine({ request }: Exchange): void {
  if (!isOwnMachine(request)) fail('forbidden', 'This works on the machine itself only.');
}

/** Signing in without a cloud account, mounted outside production only. */
export function localActs({ people, token }: LocalIssuer): { method: 'GET' | 'POST'; path: string; act: Act }[] {
  return [
    {
      method: 'GET',
      path: '/local/people',
      act: async (exchange) => {
        checkOwnMachine(exchange);
        sendJson(
          exchange,
          people.map(({ tenantId: _, ...person }) => person),
        );
      },
    },
    {
      method: 'POST',
      path: '/local/token',
      act: async (exchange) => {
        checkOwnMachine(exchange);
        const { personId } = parseInput(tokenRequest, await readJson(exchange.request));
        sendJson(exchange, await token(personId));
      },
    },
  ];
}
