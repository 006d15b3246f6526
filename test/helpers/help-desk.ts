import type { OperationId } from '../../api/contract/operations.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { invoke } from '../../api/core/invoke.ts';
import { startBot, type TeamsConversation, type TeamsPerson, type TestBot } from './connector-bot.ts';

/** A help desk in a channel of Teams: Hanna added the bot and owns it, Aisha has spoken there and is a member. */
export interface HelpDesk {
  bot: TestBot;
  hanna: TeamsPerson;
  aisha: TeamsPerson;
  channel: TeamsConversation;
  instanceId: string;
  /** An operation by the API, done with an administrative key; `by` is named as who does it. */
  act: <Id extends OperationId>(id: Id, input: object, by?: TeamsPerson) => Promise<Done<Id>>;
  /** A ticket of Aisha's, opened by her unless given otherwise. */
  newTicket: (ticket: object, by?: TeamsPerson) => Promise<Ticket>;
  /** Does everything that is due within so many seconds of the test's clock, which moves step by step. */
  settle: (seconds?: number, stepMs?: number) => Promise<void>;
}

type Done<Id extends OperationId> = Awaited<ReturnType<typeof invoke<Id>>>['result'];

/** Somebody in Teams, as the contract has them. */
export const personOf = ({ aadObjectId: id, name, email }: TeamsPerson) => ({ id, name, email });

export async function startHelpDesk(): Promise<HelpDesk> {
  const bot = await startBot();
  const { environment, clock } = bot.server;
  const [hanna, aisha] = [bot.person('Hanna Lindqvist'), bot.person('Aisha Okafor')];
  const channel = bot.channel('IT');
  await bot.install(hanna, channel);
  const instanceId = (await environment.store.registry.instances())[0]!.id;
  await bot.say(aisha, channel, 'help');
  bot.connector.clear();

  const caller = { actor: { instanceId, role: 'owner', readOnly: false }, origin: 'api' } as const;
  const act: HelpDesk['act'] = async (id, input, by) =>
    (await invoke(environment, caller, id, { ...input, ...(by && { user: personOf(by) }) })).result;
  return {
    bot,
    hanna,
    aisha,
    channel,
    instanceId,
    act,
    async newTicket(given, by = aisha) {
      const ticket = { title: 'My VPN is down', requestor: personOf(aisha), ...given };
      return (await act('createTicket', { ticket }, by)).item.value;
    },
    async settle(seconds = 20, stepMs = 1000) {
      for (let done = 0; done < seconds * 1000; done += stepMs) {
        await bot.work();
        clock.advance(stepMs);
      }
    },
  };
}
