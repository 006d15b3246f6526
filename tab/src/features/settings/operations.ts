/** The operations that only an owner needs; they come with the settings, not with the first page. */

import type { InputOf } from '../../../../api/contract/operation.ts';
import type { OPERATIONS } from '../../../../api/contract/operations.ts';
import { authorizedFetch, type CallOptions, type Done } from '../../api.ts';

type Operations = typeof OPERATIONS;
type Value<S> = S extends { _zod: { output: infer T } } ? T : never;
type Output<A> = A extends { kind: 'item'; of: infer S }
  ? { item: Value<S> }
  : A extends { kind: 'list'; of: infer S }
    ? { items: Value<S>[]; itemCount: number }
    : undefined;

/** How each is reached; the compiler holds it to the contract. */
const WAYS = {
  updateInstance: ['PUT', '/instance'],
  previewWorkflow: ['POST', '/instance/workflow-preview'],
  listKeys: ['GET', '/keys'],
  updateKey: ['PUT', '/keys/{slot}'],
  regenerateKey: ['POST', '/keys/{slot}/regenerate'],
  createTagCategory: ['POST', '/tags'],
  getTagCategory: ['GET', '/tags/{tagCategoryId}'],
  updateTagCategory: ['PUT', '/tags/{tagCategoryId}'],
  putMember: ['PUT', '/members/{personId}'],
  removeMember: ['DELETE', '/members/{personId}'],
  getTraces: ['GET', '/people/{personId}/traces'],
  erasePerson: ['POST', '/people/{personId}/erasure'],
  listErasures: ['GET', '/erasures'],
} as const satisfies { [Id in keyof Operations]?: readonly [Operations[Id]['method'], Operations[Id]['path']] };
type OwnerOperation = keyof typeof WAYS;

/** What an operation answered, the version it left, and the request as others can repeat it. */
interface Answer<Id extends OwnerOperation> {
  data: Output<Operations[Id]['answer']>;
  etag: string | undefined;
  done: Done;
}

/** Does one of them. Throws ApiError and SignInError. */
export async function administer<Id extends OwnerOperation>(
  instanceId: string,
  id: Id,
  input: InputOf<Operations[Id]>,
  { ifMatch, idempotencyKey, signal }: CallOptions = {},
): Promise<Answer<Id>> {
  const [method, template] = WAYS[id];
  const fields = new Map(Object.entries(input));
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(fields.get(name));
    fields.delete(name);
    return encodeURIComponent(value);
  });
  const body = method === 'GET' || method === 'DELETE' ? undefined : Object.fromEntries(fields);
  const headers = new Headers();
  if (ifMatch) headers.set('If-Match', ifMatch);
  if (idempotencyKey) headers.set('Idempotency-Key', idempotencyKey);
  if (body) headers.set('Content-Type', 'application/json');
  const response = await authorizedFetch(`/ticketing/v1/instances/${encodeURIComponent(instanceId)}${path}`, {
    method,
    headers,
    signal: signal ?? null,
    ...(body && { body: JSON.stringify(body) }),
  });
  return {
    data: response.status === 204 ? undefined : await response.json(),
    etag: response.headers.get('ETag') ?? undefined,
    done: { method, path: `/ticketing/v1${path}`, body },
  };
}
