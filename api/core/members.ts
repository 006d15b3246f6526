import { AppError, fail, failField } from '../contract/errors.ts';
import type { Input } from '../contract/operations.ts';
import { DEFAULT_PREFERENCES, type Member, type Role } from '../contract/people.ts';
import type { Person } from '../contract/wire.ts';
import type { Change, PersonRecord, Stored, StoredInstance } from '../store/store.ts';
import { type Actor, actingPerson, type Context, checkVersion, type Environment, type ItemResult } from './context.ts';
import { createInstance } from './instances.ts';
import { allOf } from './paging.ts';
import { settingsReader } from './settings.ts';
import type { ListResult } from './ticket-list.ts';
import { ValueView } from './view.ts';

/** Who somebody is by Entra ID: tenant and object id. Name and mail may change and prove nothing. */
export interface Identity extends Person {
  tenantId: string;
}

/** Entra writes its ids in either case. */
export const memberId = (personId: string): string => personId.toLowerCase();

/** The id of somebody in Entra ID, in lower case. */
export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** How often a change that met somebody else's is tried again. */
const TRIES = 20;

async function retrying<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict') || attempt >= TRIES) throw error;
    }
  }
}

/** What somebody may do in an instance (TW-48): what they were made, or an assignee when the settings name them. */
export function roleOf(settings: StoredInstance, member: Pick<Member, 'id' | 'role'>): Role {
  if (member.role !== 'member') return member.role;
  const { type, peoples } = settings.assignees;
  const isNamed = type === 'customAssignee' && peoples.some(({ id }) => id.toLowerCase() === member.id.toLowerCase());
  return isNamed ? 'assignee' : 'member';
}

/** Who asks, in an instance; 404 unless they belong to it, whether or not there is one. */
export async function actorOf(environment: Environment, identity: Identity, instanceId: string): Promise<Actor> {
  const instance = environment.store.instance(instanceId);
  const member = GUID.test(instanceId) ? await instance.get('member', memberId(identity.id)) : null;
  if (!member || member.value.tenantId !== identity.tenantId) {
    return fail(
      'not_found',
      'There is no such help desk, or you do not belong to it. Ask one of its owners to add you.',
    );
  }
  const settings = await settingsReader.read(instance, instanceId);
  const { id, name, email } = identity;
  return { instanceId, role: roleOf(settings.value, member.value), readOnly: false, person: { id, name, email } };
}

/** Whether somebody who signed in is what they were when they came in, and a key as good as it was. */
export async function isActorStill({ actor, instance, renew }: Context): Promise<boolean> {
  if (!actor.person) {
    const refusal = await renew?.().then(
      () => undefined,
      (error) => error,
    );
    if (refusal instanceof AppError && ['unauthorized', 'forbidden'].includes(refusal.code)) return false;
    if (refusal) throw refusal;
    return true;
  }
  const member = await instance.get('member', memberId(actor.person.id));
  const settings = await settingsReader.read(instance, actor.instanceId);
  return member !== null && roleOf(settings.value, member.value) === actor.role;
}

/**
 * Makes sure that somebody belongs to an instance, with their name and mail as they are now. A role that they have
 * already is never lowered here.
 */
export async function ensureMember(
  environment: Environment,
  instanceId: string,
  identity: Identity,
  role: Role = 'member',
): Promise<void> {
  const { id, name, email, tenantId } = identity;
  const instance = environment.store.instance(instanceId);
  await changePerson(environment, identity, (record) =>
    record.instanceIds.includes(instanceId) ? record : { ...record, instanceIds: [...record.instanceIds, instanceId] },
  );
  await retrying(async () => {
    const stored = await instance.get('member', memberId(id));
    const old = stored?.value;
    // An object id is unique in its tenant only.
    if (old && old.tenantId !== tenantId) fail('forbidden', 'Somebody of another tenant has this id here.');
    const kept = old && (old.role !== 'member' || role === 'member') ? old.role : role;
    const best = old?.role === 'assignee' && role === 'owner' ? role : kept;
    if (old && old.name === name && old.email === email && old.role === best) return;
    const addedOn = old?.addedOn ?? environment.now().toISOString();
    const value = { id, name, email, tenantId, role: best, addedOn };
    await instance.commit([{ put: 'member', id: memberId(id), value, replaces: stored?.version ?? null }]);
  });
}

const recordId = ({ tenantId, id }: Pick<Identity, 'tenantId' | 'id'>): string => `${tenantId}/${id}`.toLowerCase();

/** What is kept of a person above all instances; that of somebody new when there is nothing yet. */
export async function personRecord(environment: Environment, identity: Identity): Promise<PersonRecord> {
  const found = await environment.store.registry.record('person', recordId(identity));
  return found?.value ?? newPerson(identity);
}

function newPerson({ id, tenantId, name, email }: Identity): PersonRecord {
  const nothing = { instanceIds: [], chosenInstanceId: '', conversation: null };
  return { id, tenantId, name, email, ...nothing, preferences: DEFAULT_PREFERENCES };
}

/** Changes what is kept of a person; `change` may be called again when somebody else changed it at the same moment. */
export function changePerson(
  environment: Environment,
  identity: Identity,
  change: (record: PersonRecord) => PersonRecord,
): Promise<PersonRecord> {
  const { registry } = environment.store;
  return retrying(async () => {
    const found = await registry.record('person', recordId(identity));
    const before = found?.value ?? newPerson(identity);
    const { name, email } = identity;
    const isNamed = before.name === name && before.email === email;
    const after = change(isNamed ? before : { ...before, name, email });
    if (found && after === found.value) return after;
    await registry.putRecord('person', recordId(identity), after, found?.version ?? null);
    return after;
  });
}

export interface Channel {
  tenantId: string;
  /** The group of the team. */
  teamId: string;
  channelId: string;
  /** Of the instance, when it has to be made. */
  name: string;
}

/** The instance of a channel, made when there is none; two who ask at the same moment get the same one. */
export async function channelInstance(
  environment: Environment,
  { tenantId, teamId, channelId, name }: Channel,
): Promise<{ instanceId: string; isNew: boolean }> {
  const { registry } = environment.store;
  const id = `${tenantId}/${channelId}`;
  return retrying(async () => {
    const found = await registry.record('conversation', id);
    const instanceId = found?.value.instanceId || environment.newId();
    if (!found?.value.instanceId) {
      const value = { conversation: found?.value.conversation ?? null, instanceId };
      await registry.putRecord('conversation', id, value, found?.version ?? null);
    }
    // A crash may have come between the record and its instance.
    const isNew = (await environment.store.instance(instanceId).get('instance', instanceId)) === null;
    if (isNew) {
      const settings = { tenantId, teamId, groupId: teamId, channelId };
      await createInstance(environment, { id: instanceId, name, settings });
    }
    return { instanceId, isNew };
  });
}

/** The group of the team whose channel has an instance already; undefined when it has none. */
export async function knownChannel(
  environment: Environment,
  { tenantId, channelId }: Pick<Channel, 'tenantId' | 'channelId'>,
): Promise<{ groupId: string } | undefined> {
  const found = await environment.store.registry.record('conversation', `${tenantId}/${channelId}`);
  const instanceId = found?.value.instanceId;
  const settings = instanceId && (await environment.store.instance(instanceId).get('instance', instanceId));
  return settings ? { groupId: settings.value.groupId } : undefined;
}

/** The people of the instance, by name. */
export async function members(ctx: Context): Promise<Stored<'member'>[]> {
  const all = await allOf(ctx.instance, 'member');
  return all.toSorted((left, right) => left.value.name.localeCompare(right.value.name));
}

export async function listMembers(ctx: Context): Promise<ListResult<Member>> {
  const all = await members(ctx);
  return { items: all.map(({ value }) => new ValueView(value)), itemCount: all.length };
}

export async function putMember(ctx: Context, input: Input<'putMember'>): Promise<ItemResult<Member>> {
  const { name, email, role } = input;
  const id = memberId(input.personId);
  if (!GUID.test(id)) failField('personId', 'must be the object id of the person in Entra ID, a GUID');
  const stored = await ctx.instance.get('member', id);
  checkVersion(ctx, stored?.version ?? 0);
  const by = ctx.actor.person && (await ctx.instance.get('member', memberId(ctx.actor.person.id)));
  const known = stored?.value.tenantId ?? (ctx.settings.value.tenantId || by?.value.tenantId || '');
  const tenantId = (input.tenantId ?? known).toLowerCase();
  if (!GUID.test(tenantId)) failField('tenantId', "must be the person's tenant in Entra ID, a GUID");
  const value = { id, name, email, tenantId, role, addedOn: stored?.value.addedOn ?? ctx.at };
  const changes = stored && role !== 'owner' ? await keepingAnOwner(ctx, id) : [];
  await changePerson(ctx, value, (record) =>
    record.instanceIds.includes(ctx.actor.instanceId)
      ? record
      : { ...record, instanceIds: [...record.instanceIds, ctx.actor.instanceId] },
  );
  await ctx.instance.commit([
    { put: 'member', id, value, replaces: stored?.version ?? null },
    ...changes,
    ...(role === 'member' ? noLongerAssignee(ctx, id) : []),
    membersChanged(ctx),
  ]);
  return { item: new ValueView(value), version: (stored?.version ?? 0) + 1 };
}

export async function removeMember(ctx: Context, input: Input<'removeMember'>): Promise<undefined> {
  const id = memberId(input.personId);
  const stored = await ctx.instance.get('member', id);
  if (!stored) return fail('not_found', 'Nobody with this id belongs to the instance.');
  const changes = await keepingAnOwner(ctx, id);
  await ctx.instance.commit([
    { delete: 'member', id, replaces: stored.version },
    ...changes,
    ...noLongerAssignee(ctx, id),
    membersChanged(ctx),
  ]);
  await changePerson(ctx, stored.value, (record) => ({
    ...record,
    instanceIds: record.instanceIds.filter((one) => one !== ctx.actor.instanceId),
    chosenInstanceId: record.chosenInstanceId === ctx.actor.instanceId ? '' : record.chosenInstanceId,
  }));
  return undefined;
}

/** Takes somebody out of the settings' list of those who answer: it would make them an assignee again. */
function noLongerAssignee({ settings: { value, version } }: Context, id: string): Change[] {
  const { assignees } = value;
  const peoples = assignees.peoples.filter((person) => memberId(person.id) !== id);
  if (peoples.length === assignees.peoples.length) return [];
  return [
    { put: 'instance', id: value.id, value: { ...value, assignees: { ...assignees, peoples } }, replaces: version },
  ];
}

/** Tells those who follow what happens to look again who they are. */
const membersChanged = (ctx: Context): Change => ({
  event: { id: ctx.newId(), type: 'instance.updated', at: ctx.at, by: actingPerson(ctx, undefined) },
});

/**
 * 409 `only_owner` when without this person nobody who signs in could set the instance up any more. The change makes
 * sure that another owner is still one then.
 */
async function keepingAnOwner(ctx: Context, without: string): Promise<Change[]> {
  const owners = (await members(ctx)).filter(({ value }) => value.role === 'owner');
  const other = owners.find(({ id }) => id !== without);
  if (owners.length === 0 || (other && owners.length === 1)) return [];
  if (!other) return fail('only_owner', 'This is the only owner of the help desk. Make somebody else an owner first.');
  return [{ put: 'member', id: other.id, value: other.value, replaces: other.version }];
}
