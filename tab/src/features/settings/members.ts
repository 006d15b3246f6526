/** How an owner changes who the people of the help desk are. */

import type { Member, Role } from '../../../../api/contract/people.ts';
import { keys, queryClient } from '../../data.ts';
import { administer } from './operations.ts';

/** The roles from the one that may most. */
export const ROLE_NAMES = ['owner', 'assignee', 'member'] as const satisfies readonly Role[];

const refresh = (instanceId: string): void => {
  void queryClient.invalidateQueries({ queryKey: keys.members(instanceId) });
  void queryClient.invalidateQueries({ queryKey: keys.peoples(instanceId) });
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

/** Takes somebody out. */
export async function removeMember(instanceId: string, personId: string) {
  const { done } = await administer(instanceId, 'removeMember', { personId });
  refresh(instanceId);
  return done;
}
