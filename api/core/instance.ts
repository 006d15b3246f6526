import { isDeepStrictEqual } from 'node:util';
import { AppError, failField } from '../contract/errors.ts';
import type { CustomField, CustomFieldIn, Instance, InstanceUpdate, WorkflowPreview } from '../contract/instance.ts';
import { moverOf } from '../contract/moves.ts';
import type { Input } from '../contract/operations.ts';
import type { Workflow } from '../contract/workflow.ts';
import type { StoredInstance } from '../store/store.ts';
import { actingPerson, type Context, checkVersion, commit, type ItemResult } from './context.ts';
import { valueProblem } from './custom-fields.ts';
import { checkZoneName, zoneOf } from './time.ts';
import { ValueView, type View } from './view.ts';
import { checkWorkflow, firstState, isCustom } from './workflow.ts';
import { shiftWorkingHours } from './working-hours.ts';

/** The instance as a caller sees it; the working hours in the caller's zone when they name one (TW-46). */
function instanceView(ctx: Context, value: StoredInstance, timezone: string | number | undefined): View<Instance> {
  const { customFieldsLeft, customFieldsRight } = value;
  return new ValueView({
    ...value,
    customFields: [...customFieldsLeft, ...customFieldsRight],
    sla: timezone === undefined ? value.sla : shiftWorkingHours(value.sla, zoneOf(timezone), ctx.at),
  });
}

export async function getInstance(ctx: Context, input: Input<'getInstance'>): Promise<ItemResult<Instance>> {
  return { item: instanceView(ctx, ctx.settings.value, input.timezone), version: ctx.settings.version };
}

export async function updateInstance(ctx: Context, input: Input<'updateInstance'>): Promise<ItemResult<Instance>> {
  const before = ctx.settings.value;
  const { version } = ctx.settings;
  checkVersion(ctx, version);
  const { customFieldsLeft, customFieldsRight, customFields, ...rest } = input.instance;
  const columns = customFieldColumns(ctx, before, { customFieldsLeft, customFieldsRight, customFields });
  if (rest.workflows) {
    checkWorkflow(rest.workflows[0]!);
    await checkStatesInUse(ctx, rest.workflows[0]!.states);
  }
  if (rest.sla) checkZoneName('instance.sla.timezone', rest.sla.timezone);
  const after: StoredInstance = { ...before, ...rest, ...columns };
  after.isCustomWorkflow = isCustom(after.workflows[0]!);
  if (isDeepStrictEqual(after, before)) {
    return { item: instanceView(ctx, before, input.timezone), version };
  }
  const by = actingPerson(ctx, undefined);
  const names = Object.keys(after) as (keyof StoredInstance)[];
  const settings = names.filter((name) => !isDeepStrictEqual(after[name], before[name]));
  return commit(ctx, {
    changes: [
      { put: 'instance', id: after.id, value: after, replaces: version },
      { event: { id: ctx.newId(), type: 'instance.updated', at: ctx.at, by, settings } },
    ],
    item: instanceView(ctx, after, input.timezone),
    version: version + 1,
  });
}

/** What another workflow would do to the tickets that there are. */
export async function previewWorkflow(
  ctx: Context,
  { workflow }: Input<'previewWorkflow'>,
): Promise<ItemResult<WorkflowPreview>> {
  const before = ctx.settings.workflow.states;
  const removed = before.filter((old) => !workflow.states.some(({ id }) => id === old.id));
  const reached = reachable(workflow);
  const states: WorkflowPreview['states'] = [];
  for (const state of [...workflow.states, ...removed]) {
    const { id, label } = state;
    const ways = workflow.states.filter((to) => to.id !== id && state.nextSteps.includes(to.id));
    const isRemoved = removed.includes(state);
    const isNew = !before.some((old) => old.id === id);
    states.push({
      id,
      label,
      tickets: isNew ? 0 : await ctx.instance.count('ticket', { field: 'statusId', in: [id] }),
      isNew,
      isRemoved,
      isUnreachable: !isRemoved && !reached.has(id),
      isDeadEnd: !isRemoved && ways.length === 0,
      needsOwner: !isRemoved && ways.length > 0 && ways.every((to) => moverOf(state, to) === 'owners'),
    });
  }
  const problems = [...problemsOf(() => checkWorkflow(workflow))];
  for (const { isRemoved, tickets, label } of states) {
    if (isRemoved && tickets > 0) problems.push(inUse(tickets, label));
  }
  return { item: new ValueView({ canBeSaved: problems.length === 0, problems, states }) };
}

/** The states to which moves lead from where new tickets start. */
function reachable(workflow: Workflow): Set<string> {
  const found = new Set([firstState(workflow).id]);
  for (const id of found) {
    const state = workflow.states.find((one) => one.id === id);
    for (const step of state?.nextSteps ?? []) found.add(step);
  }
  return found;
}

/** What a check has to say, in the words of its error. */
function problemsOf(check: () => void): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.detail.replace(/^instance\.workflows: /, '')];
  }
}

const inUse = (count: number, label: string): string =>
  `${count} tickets are ${label}; move them before you remove that state`;

/** A state in which tickets are cannot go: they would be in no state at all. */
async function checkStatesInUse(ctx: Context, states: { id: string }[]): Promise<void> {
  const gone = ctx.settings.workflow.states.filter((old) => !states.some((state) => state.id === old.id));
  for (const { id, label } of gone) {
    const count = await ctx.instance.count('ticket', { field: 'statusId', in: [id] });
    if (count > 0) failField('instance.workflows', inUse(count, label));
  }
}

type Columns = Pick<InstanceUpdate, 'customFieldsLeft' | 'customFieldsRight' | 'customFields'>;

/**
 * The columns after an update. There is one definition of each field, in one column: a column that is given is replaced
 * and takes its fields out of the other; `customFields` replaces the definitions and keeps each in its column.
 */
function customFieldColumns(
  ctx: Context,
  before: StoredInstance,
  given: { [C in keyof Columns]: Columns[C] | undefined },
): Pick<StoredInstance, 'customFieldsLeft' | 'customFieldsRight'> {
  let { customFieldsLeft: left, customFieldsRight: right } = before;
  if (given.customFields) {
    const all = given.customFields.map((field) => definition(ctx, before, field));
    const isRight = new Set(right.map((field) => field.id));
    left = all.filter((field) => !isRight.has(field.id));
    right = all.filter((field) => isRight.has(field.id));
  }
  const without = (fields: CustomField[], others: CustomField[]) =>
    fields.filter((field) => !others.some((other) => other.id === field.id));
  if (given.customFieldsLeft) {
    left = given.customFieldsLeft.map((field) => definition(ctx, before, field));
    right = without(right, left);
  }
  if (given.customFieldsRight) {
    right = given.customFieldsRight.map((field) => definition(ctx, before, field));
    if (!given.customFieldsLeft) left = without(left, right);
  }
  const ids = [...left, ...right].map((field) => field.id);
  if (new Set(ids).size < ids.length) failField('instance.customFields', 'the same field stands there twice');
  return { customFieldsLeft: left, customFieldsRight: right };
}

const TYPE_TEXT: Record<CustomField['type']['key'], string> = {
  text: 'Text',
  textarea: 'Text area',
  toggle: 'Toggle',
  date: 'Date',
  list: 'List',
  peoplepicker: 'People picker',
};

/** A whole definition from what was given of it and what was known of it. Its type stays what it is: values depend on it. */
function definition(ctx: Context, before: StoredInstance, given: CustomFieldIn): CustomField {
  const known = [...before.customFieldsLeft, ...before.customFieldsRight].find((field) => field.id === given.id);
  if (known && known.type.key !== given.type.key) {
    failField(
      'instance.customFields',
      `${known.title} is of type ${known.type.key}, which cannot change; make a new field`,
    );
  }
  const field: CustomField = {
    id: given.id ?? ctx.newId(),
    title: given.title,
    label: given.title,
    type: { key: given.type.key, text: given.type.text ?? known?.type.text ?? TYPE_TEXT[given.type.key] },
    isMandatory: given.isMandatory ?? known?.isMandatory ?? false,
    status: given.status ?? known?.status ?? 'visible',
    defaultValue: given.defaultValue !== undefined ? given.defaultValue : (known?.defaultValue ?? null),
    options: given.options ?? known?.options ?? [],
    isMultiple: given.isMultiple ?? known?.isMultiple ?? false,
    isSeeTicket: given.isSeeTicket ?? known?.isSeeTicket ?? false,
  };
  if (new Set(field.options.map((option) => option.key)).size < field.options.length) {
    failField('instance.customFields', `${field.title}: two options have the same key`);
  }
  const problem = field.defaultValue === null ? undefined : valueProblem(field, field.defaultValue);
  if (problem) failField('instance.customFields', `the default value of ${field.title} ${problem}`);
  return field;
}
