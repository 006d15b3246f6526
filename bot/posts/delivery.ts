import { AppError } from '../../api/contract/errors.ts';
import type { Member } from '../../api/contract/people.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { Actor, Environment } from '../../api/core/context.ts';
import { invoke } from '../../api/core/invoke.ts';
import { roleOf } from '../../api/core/members.ts';
import { wholeSettings } from '../../api/core/settings.ts';
import type { Log } from '../../api/log.ts';
import type { StoredInstance } from '../../api/store/store.ts';
import { type GroupPlace, groupPlace } from '../actor.ts';
import type { CardContext } from '../cards/card.ts';
import { LANGUAGES, languageOf, type Messages } from '../messages/messages.ts';
import type { SendLimits } from '../teams/limits.ts';
import { DeliveryError, type Teams } from '../teams/turn.ts';

/** What the jobs of the bot work with. */
export interface Delivery {
  environment: Environment;
  log: Log;
  appName: string;
  teams: Teams;
  limits: SendLimits;
  /** Without credentials, where nobody need be in Teams. */
  isLocal: boolean;
  contextFor: (m: Messages) => CardContext;
}

/** The bot itself, as the author of what it notes on a ticket. */
export const botPerson = (appName: string) => ({ id: 'bot', name: appName, email: '' });

/** The bot reads all of an instance to show each what they may see. */
const reader = (instanceId: string): Actor => ({ instanceId, role: 'owner', readOnly: true });

/** What an instance's jobs need to know of it; undefined when it is gone. */
export async function settingsOf({ environment }: Delivery, instanceId: string): Promise<StoredInstance | undefined> {
  const stored = await environment.store.instance(instanceId).get('instance', instanceId);
  return stored ? wholeSettings(stored.value) : undefined;
}

/** A ticket as it is now, whole or as somebody sees it; undefined when it was deleted, or they may not see it. */
export async function ticketNow(
  { environment }: Delivery,
  instanceId: string,
  ticketId: string,
  actor = reader(instanceId),
): Promise<Ticket | undefined> {
  try {
    const call = { actor, origin: 'bot' as const };
    return (await invoke(environment, call, 'getTicket', { ticketId })).result.item.value;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** The latest activities of a ticket, newest first. */
export async function latestActivities({ environment }: Delivery, instanceId: string, ticketId: string, limit: number) {
  const call = { actor: reader(instanceId), origin: 'bot' as const };
  const { result } = await invoke(environment, call, 'listActivities', { ticketId, limit });
  return result.items.map(({ value }) => value);
}

/** Those who work the tickets of an instance. */
export async function workers({ environment }: Delivery, settings: StoredInstance): Promise<Member[]> {
  const call = { actor: reader(settings.id), origin: 'bot' as const };
  const { result } = await invoke(environment, call, 'listMembers', {});
  return result.items.map(({ value }) => value).filter((one) => roleOf(settings, one) !== 'member');
}

/** Where the posts of an instance go; undefined when the bot is not in its channel. */
export async function channelOf({ environment }: Delivery, settings: StoredInstance): Promise<GroupPlace | undefined> {
  const { tenantId, channelId } = settings;
  if (channelId === '') return undefined;
  const record = await environment.store.registry.record('conversation', `${tenantId}/${channelId}`);
  return groupPlace(record?.value);
}

/** The language of what a whole channel reads: that of the help desk, or else of whoever added the app. */
export const commonMessages = ({ language }: StoredInstance, { locale }: GroupPlace): Messages =>
  LANGUAGES[languageOf(language || locale)];

/** Keeps the limits of Teams by coming back later. */
class Later extends Error {
  readonly ms: number;

  constructor(ms: number) {
    super(`May be sent in ${ms} ms`);
    this.ms = ms;
  }
}

/** Throws `Later` unless a message may be sent now. */
export function pace(wait: number): void {
  if (wait > 0) throw new Later(wait);
}

/** Runs a job; what has to wait comes back without having failed, and what Teams cannot take now is tried again. */
export async function attempt(
  { environment }: Delivery,
  act: () => Promise<void>,
): Promise<{ dueOn: string } | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof Later) return { dueOn: new Date(environment.now().getTime() + error.ms).toISOString() };
    if (error instanceof DeliveryError && error.isPassing) {
      throw new AppError('unavailable', error.message, {
        cause: error,
        ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
      });
    }
    throw error;
  }
}
