import type { Environment } from '../api/core/context.ts';
import { changePerson } from '../api/core/members.ts';
import type { Log } from '../api/log.ts';
import {
  type Caller,
  conversationRecord,
  greetsFirst,
  instancesOf,
  keepConversation,
  languageOfInstance,
  openChannel,
  ownersFromRoster,
  recognize,
  speakLike,
  wholePlace,
} from './actor.ts';
import type { CardContext } from './cards/card.ts';
import { welcomeCard } from './cards/welcome.ts';
import { freeFromStrangers, MAX_ROSTER } from './claim.ts';
import { LANGUAGES, languageOf, type Messages } from './messages/messages.ts';
import type { Conversation, Said } from './teams/turn.ts';

/** The app is added to a conversation or taken away; people come and go. */

export interface ArrivalParts {
  environment: Environment;
  log: Log;
  isLocal: boolean;
  contextFor: (m: Messages) => CardContext;
}

/** Greets once, whichever of the two activities comes first: Teams sends both when the app is added. */
export async function arrival(parts: ArrivalParts, said: Said, conversation: Conversation): Promise<void> {
  const { type, membersAdded, place, action } = said;
  const isGone = (type === 'installationUpdate' && action.startsWith('remove')) || said.name === 'botRemoved';
  if (isGone) return departure(parts, said);
  const isAdded =
    (type === 'installationUpdate' && action.startsWith('add')) || membersAdded.some(({ id }) => id === place.bot.id);
  const caller = said.sender.objectId === '' ? undefined : await recognize(parts.environment, said, conversation);
  if (!isAdded) {
    // Somebody joins, a channel gets another name: what is known of the conversation stays fresh, and nobody is greeted.
    if (place.scope !== 'personal') await keepConversation(parts.environment, wholePlace(said), {});
    return;
  }
  if (place.scope === 'personal') await greetPerson(parts, conversation, caller);
  else if (place.scope === 'groupChat') await greetGroup(parts, said, conversation, caller);
  else await greetChannel(parts, said, conversation, caller);
}

async function greetPerson(
  { environment, contextFor }: ArrivalParts,
  conversation: Conversation,
  caller: Caller | undefined,
): Promise<void> {
  if (!caller || !(await greetsFirst(environment, caller))) return;
  const [instance] = await instancesOf(environment, caller.record);
  await speakLike(environment, caller, instance?.id ?? '');
  await conversation.send({ card: welcomeCard(contextFor(caller.m), { scope: 'personal', instance }) });
}

async function greetGroup(
  parts: ArrivalParts,
  said: Said,
  conversation: Conversation,
  caller: Caller | undefined,
): Promise<void> {
  if (!(await keepConversation(parts.environment, said.place, { isGreeted: true, locale: said.locale }))) return;
  const kept = await conversationRecord(parts.environment, said.place, said.place.conversationId);
  const m = await greetingMessages(parts, kept?.instanceId ?? '', said, caller);
  await conversation.send({ card: welcomeCard(parts.contextFor(m), { scope: 'groupChat' }) });
}

async function greetChannel(
  parts: ArrivalParts,
  said: Said,
  conversation: Conversation,
  caller: Caller | undefined,
): Promise<void> {
  const { environment, log, contextFor } = parts;
  await freeFromStrangers(environment, said, conversation);
  const instanceId = await openChannel(environment, said, caller?.identity);
  const isNew = await keepConversation(environment, wholePlace(said), { isGreeted: true, locale: said.locale });
  const roster = await conversation.members(MAX_ROSTER).catch((error) => {
    log.warn({ err: error }, 'The members of a team could not be read.');
    return [];
  });
  await ownersFromRoster(environment, instanceId, said.place.tenantId, roster);
  if (!isNew) return;
  const m = await greetingMessages(parts, instanceId, said, caller);
  const stored = await environment.store.instance(instanceId).get('instance', instanceId);
  const instance = { id: instanceId, name: stored?.value.name ?? '' };
  const addedBy = caller?.identity.name;
  const view = { scope: 'channel' as const, instance, ...(addedBy !== undefined && { addedBy }) };
  await conversation.send({ card: welcomeCard(contextFor(m), view) });
}

/** A greeting is for all who are there: in the language of the help desk, or else of whoever added the app. */
async function greetingMessages(
  { environment }: ArrivalParts,
  instanceId: string,
  said: Said,
  caller: Caller | undefined,
): Promise<Messages> {
  const language = await languageOfInstance(environment, instanceId);
  return language === '' && caller ? caller.m : LANGUAGES[languageOf(language || said.locale)];
}

/** What is sent from now on would not arrive. Being added again is a new beginning. */
async function departure({ environment }: ArrivalParts, said: Said): Promise<void> {
  const { place, sender } = said;
  if (place.scope !== 'personal') {
    await keepConversation(environment, wholePlace(said), { isGone: true });
    return;
  }
  if (sender.objectId === '') return;
  const key = `${place.tenantId}/${sender.objectId}`.toLowerCase();
  const known = await environment.store.registry.record('person', key);
  if (known) await changePerson(environment, known.value, (record) => ({ ...record, conversation: null }));
}
