import type { Environment } from '../../api/core/context.ts';
import type { Job } from '../../api/store/store.ts';
import type { Card } from '../cards/card.ts';
import { type Conversation, DeliveryError, type Place, type Said } from '../teams/turn.ts';
import { attempt, type Delivery, pace } from './delivery.ts';

/** Cards that are sent, or put in the place of others, by a job. */

export const CARD_JOB = 'bot.card';

interface CardPayload {
  place: Place;
  card: Card;
  /** The message that becomes this card; a new one without. */
  messageId?: string;
}

/** Has a card sent by a job; the same id, once. */
export function sendLater(
  environment: Environment,
  id: string,
  instanceId: string,
  payload: CardPayload,
): Promise<void> {
  const dueOn = environment.now().toISOString();
  return environment.store.jobs.put([{ id, kind: CARD_JOB, instanceId, dueOn, payload: { ...payload } }]);
}

/** Answers at once, and by a job where Teams cannot take it right now: no answer is lost. */
export async function reply(
  environment: Environment,
  said: Said,
  conversation: Conversation,
  card: Card,
): Promise<void> {
  try {
    await conversation.send({ card });
  } catch (error) {
    if (!(error instanceof DeliveryError && error.isPassing)) throw error;
    await sendLater(environment, `${said.place.conversationId}/${said.activityId}/reply`, '', {
      place: said.place,
      card,
    });
  }
}

/** The job of one card. */
export function sendCard(delivery: Delivery, job: Job): Promise<{ dueOn: string } | undefined> {
  const { place, messageId, card } = job.payload as unknown as CardPayload;
  return attempt(delivery, async () => {
    pace(delivery.limits.message(place.tenantId, place.conversationId));
    try {
      await delivery.teams.in(place, async (conversation) => {
        if (messageId === undefined) await conversation.send({ card });
        else await conversation.update(messageId, { card });
      });
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.isPassing) throw error;
      delivery.log.warn({ job: job.id, err: error }, 'A card cannot be delivered: its conversation is gone.');
    }
  });
}
