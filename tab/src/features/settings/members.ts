/** The people of the help desk: who they are, and how an owner changes that. */

import { useQuery } from '@tanstack/react-query';
import type { Member, Role } from '../../../../api/contract/people.ts';
import { ApiError, call } from '../../api.ts';
import { reasonOf, tell } from '../../changes.ts';
import { keys, queryClient } from '../../data.ts';
import type { Messages } from '../../messages/en.ts';
import { administer } from './operations.ts';

/** The roles from the one that may most. */
export const ROLE_NAMES = ['owner', 'assignee', 'member'] as const satisfies readonly Role[];

export const useMembers = (instanceId: string) =>
  useQuery({
    queryKey: keys.members(instanceId),
    queryFn: async ({ signal }) => (await call(instanceId, 'listMembers', {}, { signal })).data.items,
  });

const refresh = (instanceId: string): void => {
  void queryClient.invalidateQueries({ queryKey: keys.members(instanceId) });
  void queryClient.invalidateQueries({ queryKey: [instanceId, 'people'] });
  void queryClient.invalidateQueries({ queryKey: keys.me });
};

/** Adds somebody, or changes what they are; with a version, only when they are what they were then. */
export async function putMember(
  instanceId: string,
  { id, name, email, role, tenantId }: Omit<Member, 'addedOn'>,
  ifMatch?: string,
) {
  const input = { personId: id, name, email, role, ...(tenantId && { tenantId }) };
  try {
    const { done, etag } = await administer(instanceId, 'putMember', input, { ifMatch });
    return { done, etag };
  } finally {
    refresh(instanceId);
  }
}

export async function removeMember(instanceId: string, personId: string) {
  const { done } = await administer(instanceId, 'removeMember', { personId });
  refresh(instanceId);
  return done;
}

/** Somebody else was quicker: what was to be changed is not what it was. */
export class Overtaken extends Error {}

export const isOvertaken = (error: unknown): boolean =>
  error instanceof Overtaken || (error instanceof ApiError && error.code === 'precondition_failed');

/** Does a change of the bar at the bottom back, and says how that went. */
export const undoing = (back: () => Promise<unknown>, m: Messages, changedSince: string) => async (): Promise<void> => {
  try {
    await back();
    tell({ kind: 'done', text: m.notice.undone });
  } catch (error) {
    tell({ kind: 'failed', text: isOvertaken(error) ? changedSince : reasonOf(error, m) });
  }
};
