import type { z } from 'zod';
import { fail } from '../contract/errors.ts';
import { type InputOf, inputSchema, type Operation } from '../contract/operation.ts';
import { type Me, PERSONAL } from '../contract/people.ts';
import type { PersonRecord } from '../store/store.ts';
import type { Environment } from './context.ts';
import { parseInput } from './input.ts';
import {
  changePerson,
  channelInstance,
  ensureMember,
  type Identity,
  memberId,
  personRecord,
  roleOf,
} from './members.ts';
import { settingsReader } from './settings.ts';

/** What somebody who signed in does above all instances. */

export type PersonalId = keyof typeof PERSONAL;
type PersonalInput<Id extends PersonalId> = InputOf<(typeof PERSONAL)[Id]>;
type PersonalOutput<Id extends PersonalId> = z.infer<(typeof PERSONAL)[Id]['answer']['of']>;

export const personalIds = Object.keys(PERSONAL) as PersonalId[];

const HANDLERS: {
  [Id in PersonalId]: (
    environment: Environment,
    identity: Identity,
    input: PersonalInput<Id>,
  ) => Promise<PersonalOutput<Id>>;
} = {
  getMe: async (environment, identity) => meView(environment, identity, await personRecord(environment, identity)),
  updatePreferences: async (environment, identity, given) => {
    const record = await changePerson(environment, identity, (before) => ({
      ...before,
      preferences: { ...before.preferences, ...given },
    }));
    return meView(environment, identity, record);
  },
  openChannel: async (environment, identity, { teamId, channelId, name }) => {
    const channel = { tenantId: identity.tenantId, teamId, channelId, name };
    const { instanceId, isNew } = await channelInstance(environment, channel);
    // What Teams tells the tab of the channel proves nothing, so it lets nobody in who is not known.
    if (isNew) await ensureMember(environment, instanceId, identity, 'owner');
    const view = await instanceView(environment, identity, instanceId);
    return (
      view ??
      fail(
        'forbidden',
        'This channel has a help desk already. Write to the bot in the channel once, or ask an owner to add you.',
      )
    );
  },
};

const SCHEMAS = new Map(personalIds.map((id) => [id, inputSchema(PERSONAL[id])]));

/** Does one personal operation: parses the input and runs. */
export async function invokePersonal<Id extends PersonalId>(
  environment: Environment,
  identity: Identity,
  id: Id,
  input: unknown,
): Promise<PersonalOutput<Id>> {
  const result = await HANDLERS[id](environment, identity, parseInput(SCHEMAS.get(id)!, input) as PersonalInput<Id>);
  const { answer }: Operation = PERSONAL[id];
  if (environment.checkAnswers && answer.kind === 'item') answer.of.parse(result);
  return result;
}

async function instanceView(
  environment: Environment,
  identity: Identity,
  instanceId: string,
): Promise<Me['instances'][number] | undefined> {
  const instance = environment.store.instance(instanceId);
  const member = await instance.get('member', memberId(identity.id));
  if (!member || member.value.tenantId !== identity.tenantId) return undefined;
  const { value } = await settingsReader.read(instance, instanceId);
  const { name, teamId, channelId } = value;
  return { id: instanceId, name, role: roleOf(value, member.value), teamId, channelId };
}

async function meView(environment: Environment, identity: Identity, record: PersonRecord): Promise<Me> {
  const views = await Promise.all(record.instanceIds.map((id) => instanceView(environment, identity, id)));
  const { id, name, email, tenantId } = identity;
  const instances = views.filter((view) => view !== undefined);
  return { id, name, email, tenantId, preferences: record.preferences, instances };
}
