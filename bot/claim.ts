import type { Environment } from '../api/core/context.ts';
import { memberId } from '../api/core/members.ts';
import { conversationRecord, keepConversation, wholePlace } from './actor.ts';
import type { Conversation, RosterPerson, Said } from './teams/turn.ts';

/** So many of a team are asked about. */
export const MAX_ROSTER = 1000;

/**
 * Takes a channel from an instance to which nobody of its team belongs. A tab can only say which channel it stands in, so
 * until the bot has been there, anybody of the tenant could have made the channel an instance of their own and read
 * what is asked in it.
 */
export async function freeFromStrangers(
  environment: Environment,
  said: Said,
  conversation: Pick<Conversation, 'members'>,
): Promise<void> {
  const { place, channelId } = said;
  const record = await conversationRecord(environment, place, channelId);
  if (!record || record.instanceId === '' || record.conversation !== null) return;
  // Without an answer nothing is taken from anybody.
  const roster: RosterPerson[] = await conversation.members(MAX_ROSTER).catch(() => []);
  if (roster.length === 0 || roster.length === MAX_ROSTER) return;
  const instance = environment.store.instance(record.instanceId);
  const found = await Promise.all(roster.map(({ objectId }) => instance.get('member', memberId(objectId))));
  if (found.some((member) => member?.value.tenantId === place.tenantId)) return;
  const settings = await instance.get('instance', record.instanceId);
  if (settings) {
    const value = { ...settings.value, teamId: '', groupId: '', channelId: '' };
    await instance.commit([{ put: 'instance', id: record.instanceId, value, replaces: settings.version }]);
  }
  await keepConversation(environment, wholePlace(said), { instanceId: '' });
}
