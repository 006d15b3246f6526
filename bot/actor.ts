import { AppError } from '../api/contract/errors.ts';
import type { Actor, Environment } from '../api/core/context.ts';
import {
  actorOf,
  changePerson,
  channelInstance,
  ensureMember,
  type Identity,
  personRecord,
} from '../api/core/members.ts';
import type { ConversationRecord, PersonRecord } from '../api/store/store.ts';
import type { InstanceName } from './cards/welcome.ts';
import { LANGUAGES, type Language, languageOf, type Messages } from './messages/messages.ts';
import { type Conversation, objectOf, type Place, type RosterPerson, type Said } from './teams/turn.ts';

/** Who speaks, and about which help desk. */

/** What the bot keeps of somebody, in `PersonRecord.conversation`. */
export interface PersonPlace extends Place {
  /** Their id in Teams, for mentions and for a chat that is not open yet. */
  userId: string;
  locale: string;
  zone: string;
  welcomedOn: string;
  /** When the roster was asked for their name and mail. */
  rosterOn: string;
}

/** What the bot keeps of a channel or a group chat, in `ConversationRecord.conversation`. */
export interface GroupPlace extends Place {
  welcomedOn: string;
  /** The language of its posts: that of whoever added the app. */
  locale: string;
}

/** Somebody, recognized. */
export interface Caller {
  identity: Identity;
  record: PersonRecord;
  place: PersonPlace;
  language: Language;
  m: Messages;
  zone: string;
}

/** The locale of somebody: what they have chosen, else what Teams says; '' where neither is known. */
const localeOf = (record: PersonRecord, place: PersonPlace): string => record.preferences.locale || place.locale;

/** The language of an instance, '' where it has none of its own. */
export async function languageOfInstance(environment: Environment, instanceId: string): Promise<string> {
  const stored = instanceId === '' ? null : await environment.store.instance(instanceId).get('instance', instanceId);
  return stored?.value.language ?? '';
}

/** Speaks to somebody whose language nobody knows in that of the instance which they are here about. */
export async function speakLike(environment: Environment, caller: Caller, instanceId: string): Promise<void> {
  if (localeOf(caller.record, caller.place) !== '') return;
  caller.language = languageOf(await languageOfInstance(environment, instanceId));
  caller.m = LANGUAGES[caller.language];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What was kept of somebody's chat, or undefined. */
export const personPlace = (record: Pick<PersonRecord, 'conversation'>): PersonPlace | undefined =>
  typeof objectOf(record.conversation).userId === 'string' ? (record.conversation as PersonPlace) : undefined;

/** What was kept of a channel or a group chat, or undefined. */
export const groupPlace = (record: Pick<ConversationRecord, 'conversation'> | undefined): GroupPlace | undefined =>
  typeof objectOf(record?.conversation).conversationId === 'string' ? (record!.conversation as GroupPlace) : undefined;

/** Recognizes who sent an activity, and keeps where they can be reached. */
export async function recognize(environment: Environment, said: Said, conversation: Conversation): Promise<Caller> {
  const { sender, place } = said;
  const { tenantId } = place;
  const id = sender.objectId;
  const known = await personRecord(environment, { tenantId, id, name: sender.name, email: '' });
  const before = personPlace(known);
  const now = environment.now();
  // The message extension is used in chats that the bot is no part of.
  const isOwnChat = place.scope === 'personal' && !said.name.startsWith('composeExtension/');
  const isAsked = before !== undefined && now.getTime() - Date.parse(before.rosterOn || '1970-01-01') < DAY_MS;
  const isComplete = known.email !== '' && before !== undefined;
  const found = isComplete || isAsked ? undefined : await conversation.member(sender.id).catch(() => undefined);
  const name = found?.name || sender.name || known.name || id;
  const identity: Identity = { tenantId, id, name, email: found?.email || known.email };
  const after: PersonPlace = {
    ...place,
    scope: 'personal',
    conversationId: isOwnChat ? place.conversationId : (before?.conversationId ?? ''),
    userId: sender.id,
    locale: said.locale || before?.locale || '',
    zone: said.zone || before?.zone || '',
    welcomedOn: before?.welcomedOn ?? '',
    rosterOn: isComplete || isAsked ? (before?.rosterOn ?? '') : now.toISOString(),
  };
  const isSame =
    JSON.stringify(before) === JSON.stringify(after) && known.name === name && known.email === identity.email;
  const record = isSame
    ? known
    : await changePerson(environment, identity, (old) => ({
        ...old,
        conversation: { ...after, welcomedOn: personPlace(old)?.welcomedOn ?? '' },
      }));
  const language = languageOf(localeOf(record, after));
  const zone = record.preferences.timezone || after.zone || 'UTC';
  return { identity, record, place: after, language, m: LANGUAGES[language], zone };
}

/** Whether somebody has not been greeted yet; they have been from now on. Of two who ask at once, one is told so. */
export async function greetsFirst(environment: Environment, caller: Caller): Promise<boolean> {
  const welcomedOn = environment.now().toISOString();
  let isFirst = false;
  await changePerson(environment, caller.identity, (record) => {
    const place = personPlace(record) ?? caller.place;
    isFirst = place.welcomedOn === '';
    return isFirst ? { ...record, conversation: { ...place, welcomedOn } } : record;
  });
  return isFirst;
}

const conversationKey = ({ tenantId }: Place, id: string): string => `${tenantId}/${id}`;

/** What is kept of a conversation, by its id without a thread. */
export async function conversationRecord(
  environment: Environment,
  place: Place,
  id: string,
): Promise<ConversationRecord | undefined> {
  return (await environment.store.registry.record('conversation', conversationKey(place, id)))?.value;
}

/**
 * Keeps where a channel or a group chat is, and which instance it is about when that is given. Answers whether it was
 * this call that made it greeted.
 */
export async function keepConversation(
  environment: Environment,
  place: Place,
  change: { instanceId?: string; isGreeted?: boolean; isGone?: boolean; locale?: string },
): Promise<boolean> {
  const { registry } = environment.store;
  const key = conversationKey(place, place.conversationId);
  for (let attempt = 0; attempt < 10; attempt++) {
    const found = await registry.record('conversation', key);
    const before = groupPlace(found?.value);
    const isFirst = change.isGreeted === true && !before?.welcomedOn;
    const welcomedOn = isFirst ? environment.now().toISOString() : (before?.welcomedOn ?? '');
    const locale = before?.locale || change.locale || '';
    const conversation: GroupPlace | null = change.isGone ? null : { ...place, welcomedOn, locale };
    const value = { instanceId: change.instanceId ?? found?.value.instanceId ?? '', conversation };
    if (JSON.stringify(found?.value) === JSON.stringify(value)) return false;
    try {
      await registry.putRecord('conversation', key, value, found?.version ?? null);
      return isFirst;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict')) throw error;
    }
  }
  return false;
}

/** The place of a conversation as a whole: that of the channel for what stands in one of its threads. */
export const wholePlace = (said: Said): Place => ({
  ...said.place,
  conversationId: said.place.scope === 'channel' ? said.channelId : said.place.conversationId,
});

/** The instances of somebody, by name. */
export async function instancesOf(environment: Environment, record: PersonRecord): Promise<InstanceName[]> {
  const found = await Promise.all(
    record.instanceIds.slice(0, 100).map(async (id) => {
      const stored = await environment.store.instance(id).get('instance', id);
      return stored ? { id, name: stored.value.name } : undefined;
    }),
  );
  return found.filter((one) => one !== undefined).toSorted((left, right) => left.name.localeCompare(right.name));
}

/** The instance that a conversation is about; '' when that is still to be chosen. */
export async function instanceOf(
  environment: Environment,
  said: Said,
  caller: Caller,
  isLocal: boolean,
): Promise<string> {
  const { place, team } = said;
  if (place.scope === 'channel') {
    const own = await conversationRecord(environment, place, said.channelId);
    if (own?.instanceId) return own.instanceId;
    // A team has one help desk, until another channel of it gets one of its own.
    const ofTeam = team && (await conversationRecord(environment, place, team.id));
    if (ofTeam?.instanceId) return ofTeam.instanceId;
    return openChannel(environment, said, caller.identity);
  }
  if (place.scope === 'groupChat') {
    const own = await conversationRecord(environment, place, place.conversationId);
    if (own?.instanceId) return own.instanceId;
    const chosen = chosenOf(caller.record);
    if (chosen !== '') await keepConversation(environment, place, { instanceId: chosen });
    return chosen;
  }
  const chosen = chosenOf(caller.record);
  // The only one stays the chosen one when others come.
  if (chosen !== caller.record.chosenInstanceId) await choose(environment, caller, chosen);
  if (chosen !== '' || caller.record.instanceIds.length > 0 || !isLocal) return chosen;
  // On somebody's own machine there is a demo to try out, and everybody there may.
  const demo = (await environment.store.registry.instances()).find(({ isDemo }) => isDemo);
  if (!demo) return '';
  await ensureMember(environment, demo.id, caller.identity, 'owner');
  await choose(environment, caller, demo.id);
  return demo.id;
}

/** Remembers what somebody's own chat is about. */
export async function choose(environment: Environment, caller: Caller, chosenInstanceId: string): Promise<void> {
  caller.record = await changePerson(environment, caller.identity, (record) => ({ ...record, chosenInstanceId }));
}

/** The instances that the message extension works with: it must not make one wherever somebody looks for a ticket. */
export async function instancesForExtension(environment: Environment, said: Said, caller: Caller): Promise<string[]> {
  const { record } = caller;
  const here = await conversationRecord(environment, said.place, wholePlace(said).conversationId);
  const id = here && record.instanceIds.includes(here.instanceId) ? here.instanceId : chosenOf(record);
  return id === '' ? record.instanceIds.slice(0, MAX_SEARCHED) : [id];
}

/** Somebody who has chosen none is shown what is in so many at most. */
const MAX_SEARCHED = 5;

function chosenOf({ chosenInstanceId, instanceIds }: PersonRecord): string {
  if (instanceIds.includes(chosenInstanceId)) return chosenInstanceId;
  return instanceIds.length === 1 ? instanceIds[0]! : '';
}

/** Finds or makes the instance of the channel that an activity comes from; whoever made it, or owns the team, owns it. */
export async function openChannel(environment: Environment, said: Said, by: Identity | undefined): Promise<string> {
  const { team, channelName, place } = said;
  const channel = channelName === '' || channelName === 'General' ? '' : ` · ${channelName}`;
  const name = `${team?.name ?? ''}${channel}`.trim().slice(0, 255) || 'Help Desk';
  const { instanceId, isNew } = await channelInstance(environment, {
    tenantId: place.tenantId,
    teamId: team?.groupId ?? '',
    channelId: said.channelId,
    name,
  });
  if (isNew && by) await ensureMember(environment, instanceId, by, 'owner');
  return instanceId;
}

/** Makes everybody whom the roster calls an owner of the team an owner of its instance. */
export async function ownersFromRoster(
  environment: Environment,
  instanceId: string,
  tenantId: string,
  roster: RosterPerson[],
): Promise<void> {
  for (const { objectId, name, email, isOwner } of roster) {
    // The tenant of the team: that is where a guest signs in, whichever one they come from.
    const identity = { tenantId, id: objectId, name, email };
    if (isOwner && objectId !== '') await ensureMember(environment, instanceId, identity, 'owner');
  }
}

/**
 * What somebody may do in an instance. Whoever writes in its own channel or chat belongs to it from then on; anywhere
 * else one must belong to it already.
 */
export async function actIn(environment: Environment, said: Said, caller: Caller, instanceId: string): Promise<Actor> {
  try {
    return await actorOf(environment, caller.identity, instanceId);
  } catch (error) {
    const isStranger = error instanceof AppError && error.code === 'not_found';
    if (!isStranger || said.place.scope === 'personal') throw error;
    const own = await conversationRecord(environment, said.place, wholePlace(said).conversationId);
    const ofTeam = said.team && (await conversationRecord(environment, said.place, said.team.id));
    if (own?.instanceId !== instanceId && ofTeam?.instanceId !== instanceId) throw error;
    await ensureMember(environment, instanceId, caller.identity);
    return actorOf(environment, caller.identity, instanceId);
  }
}
