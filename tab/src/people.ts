/** People to choose from and to name: those of a help desk, of its tickets, and of the directory. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Person } from '../../api/contract/wire.ts';
import { call } from './api.ts';
import { keys, queryClient } from './data.ts';
import { askForPhotosAgain } from './photos.ts';

/** Who belongs to an instance, for those who work its tickets. */
export const useMembers = (instanceId: string) =>
  useQuery({
    queryKey: keys.members(instanceId),
    queryFn: async ({ signal }) => (await call(instanceId, 'listMembers', {}, { signal })).data.items,
  });

interface FoundPeople {
  people: Person[];
  /** Somebody has to allow it before those of the directory are among them. */
  isConsentMissing: boolean;
}

/** People by name or mail: everyone, or those who work the tickets. */
export const usePeople = (
  instanceId: string,
  search: string,
  enabled: boolean,
  among: 'everyone' | 'assignees' = 'everyone',
) =>
  useQuery({
    queryKey: keys.people(instanceId, search, among),
    queryFn: async ({ signal }): Promise<FoundPeople> => {
      const { data, warnings } = await call(instanceId, 'searchPeople', { search, among }, { signal });
      return { people: data.items, isConsentMissing: warnings.includes('directory_consent_required') };
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    enabled,
  });

/** Searches for people once more; whether the directory could be asked for all that was searched. */
export async function findAgain(instanceId: string): Promise<boolean> {
  const queryKey = keys.peoples(instanceId);
  await queryClient.invalidateQueries({ queryKey });
  const found = queryClient.getQueriesData<FoundPeople>({ queryKey, type: 'active' });
  const isAllowed = found.every(([, data]) => !data?.isConsentMissing);
  if (isAllowed) askForPhotosAgain();
  return isAllowed;
}

/** What a ticket calls somebody, who need not be one of the people of the help desk; without a role nothing is asked. */
export const useNameOnTicket = (instanceId: string, role: 'assignee' | 'requestor' | undefined, personId: string) =>
  useQuery({
    queryKey: [instanceId, 'tickets', 'name', role, personId],
    queryFn: async ({ signal }): Promise<string> => {
      const input = { [`${role}Id`]: personId, limit: 1, select: role! };
      const { items } = (await call(instanceId, 'listTickets', input, { signal })).data;
      const person = items[0]?.[role!];
      return (person && 'name' in person && (person.name || person.email)) || '';
    },
    enabled: role !== undefined,
  });
