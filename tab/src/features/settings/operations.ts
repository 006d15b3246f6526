/** The operations that only an owner needs; they come with the settings, not with the first page. */

import type { OPERATIONS } from '../../../../api/contract/operations.ts';
import { type Answer, type CallOptions, type Input, request, type Way } from '../../api.ts';

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
} as const satisfies { [Id in keyof typeof OPERATIONS]?: Way<Id> };

/** Does one of them. Throws ApiError and SignInError. */
export const administer = <Id extends keyof typeof WAYS>(
  instanceId: string,
  id: Id,
  input: Input<Id>,
  options?: CallOptions,
): Promise<Answer<Id>> => request(instanceId, WAYS[id], input, options);
