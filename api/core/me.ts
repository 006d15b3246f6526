import type { z } from 'zod';
import { fail } from '../contract/errors.ts';
import { type InputOf, inputSchema, type Operation } from '../contract/operation.ts';
import { type Me, PERSONAL } from '../contract/people.ts';
import type { PersonRecord } from '../store/store.ts';
import type { Environment } from './context.ts';
import { DirectoryError, type Photo } from './directory.ts';
import { parseInput } from './input.ts';
import {
  changePerson,
  channelInstance,
  ensureMember,
  GUID,
  type Identity,
  knownChannel,
  memberId,
  personRecord,
  roleOf,
} from './members.ts';
import { settingsReader } from './settings.ts';

/** What somebody who signed in does above all instances. */

export type PersonalId = keyof typeof PERSONAL;
type PersonalInput<Id extends PersonalId> = InputOf<(typeof PERSONAL)[Id]>;
type PersonalOutput<Id extends PersonalId> = (typeof PERSONAL)[Id]['answer'] extends { of: infer S }
  ? z.infer<S>
  : BytesResult;

/** What an operation with bytes answers. */
export interface BytesResult {
  contentType: string;
  bytes: Uint8Array;
  /** How long whoever got them may keep them. */
  keptSeconds: number;
}

export const personalIds = Object.keys(PERSONAL) as PersonalId[];

/** A photo changes rarely; the token that it was asked for by does not last longer. */
const PHOTO_KEPT_SECONDS = 60 * 60;
const DIRECTORY_AWAY_SECONDS = 60;

/** Who asks, with the access token by which they came in. */
export interface Asker {
  identity: Identity;
  token: string;
}

const HANDLERS: {
  [Id in PersonalId]: (environment: Environment, asker: Asker, input: PersonalInput<Id>) => Promise<PersonalOutput<Id>>;
} = {
  getMe: async (environment, { identity }) => meView(environment, identity, await personRecord(environment, identity)),
  updatePreferences: async (environment, { identity }, given) => {
    const record = await changePerson(environment, identity, (before) => ({
      ...before,
      preferences: { ...before.preferences, ...given },
    }));
    return meView(environment, identity, record);
  },
  openChannel: async (environment, { identity, token }, { teamId, channelId, name }) => {
    // Whose channel it is, the instance knows; of a new one nobody but the caller can say.
    const known = await knownChannel(environment, { tenantId: identity.tenantId, channelId });
    if (!known && name === undefined) return fail('not_found', 'This channel has no help desk yet.');
    const channel = { tenantId: identity.tenantId, teamId, channelId, name: name ?? '' };
    const said = await teamRole(environment, token, known ? known.groupId : teamId);
    if (!known && said === null) return fail('forbidden', 'You do not belong to this team. Ask one of its owners.');
    const { instanceId, isNew } = await channelInstance(environment, channel);
    // What Teams tells the tab of the channel proves nothing, so by it alone nobody gets into what others made.
    const role = said === undefined && isNew ? 'owner' : said;
    if (role && (isNew || known)) await ensureMember(environment, instanceId, identity, role);
    const view = await instanceView(environment, identity, instanceId);
    return (
      view ??
      fail(
        'forbidden',
        'This channel has a help desk already. Write to the bot in the channel once, or ask an owner to add you.',
      )
    );
  },
  getPhoto: async ({ directory }, { token }, { personId }) => {
    const id = memberId(personId);
    if (!directory || !GUID.test(id)) return fail('not_found', 'There is no directory that knows a photo by this id.');
    const photo = await directory.photo(token, id).catch(noPhoto);
    if (!photo) return fail('not_found', 'This person has no photo.');
    return { ...photo, keptSeconds: PHOTO_KEPT_SECONDS };
  },
};

function noPhoto(error: unknown): Photo {
  if (!(error instanceof DirectoryError)) throw error;
  if (error.reason === 'consent_required') {
    return fail('forbidden', 'Allow the app to look into the directory first: search for somebody in the tab.');
  }
  return fail('unavailable', 'The directory does not answer. Try again later.', {
    retryAfter: DIRECTORY_AWAY_SECONDS,
  });
}

/** What somebody is in a team: null when they do not belong to it, undefined when the directory cannot be asked. */
async function teamRole({ directory }: Environment, token: string, teamId: string) {
  if (!directory || teamId === '') return undefined;
  return directory.teamRole(token, teamId).catch((error) => {
    if (error instanceof DirectoryError) return undefined;
    throw error;
  });
}

const SCHEMAS = new Map(personalIds.map((id) => [id, inputSchema(PERSONAL[id])]));

/** Does one personal operation: parses the input and runs. */
export async function invokePersonal<Id extends PersonalId>(
  environment: Environment,
  asker: Asker,
  id: Id,
  input: unknown,
): Promise<PersonalOutput<Id>> {
  const result = await HANDLERS[id](environment, asker, parseInput(SCHEMAS.get(id)!, input) as PersonalInput<Id>);
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
