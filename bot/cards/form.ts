import type { FieldError } from '../../api/contract/errors.ts';
import type { CustomField, Instance } from '../../api/contract/instance.ts';
import type { TagCategory } from '../../api/contract/tags.ts';
import { PRIORITIES } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import type { Messages } from '../messages/messages.ts';
import {
  banner,
  type Card,
  type CardContext,
  card,
  cut,
  execute,
  firstThatFits,
  heading,
  type Json,
  openUrl,
  subtle,
  text,
} from './card.ts';

/** What stands in a form's inputs, by the id of the input: everything is text there. */
export type FormValues = Record<string, string>;

export interface FormView {
  instanceId: string;
  instance: Pick<Instance, 'customFieldsLeft' | 'customFieldsRight' | 'optionalFieldsLeft' | 'optionalFieldsRight'>;
  tags: TagCategory[];
  /** Who can be chosen without looking them up in the directory. */
  people: Person[];
  assignees: Person[];
  /** Those who work tickets may open them for others and plan them. */
  isWorker: boolean;
  values: FormValues;
  errors?: FieldError[] | undefined;
  /** The ticket that is edited; a new one when absent. */
  ticketNo?: number | undefined;
  /** What belongs to this one form, so that sending it twice makes one ticket. */
  formId: string;
  intro?: string | undefined;
  /** A dialog sends its form by itself, and has a title of its own. */
  isDialog?: boolean;
}

/** The input of a custom field. */
export const fieldInput = (fieldId: string): string => `field_${fieldId}`;

/** The form of an instance: as much of it as fits, every mandatory field in any case. */
export function formCard(ctx: CardContext, view: FormView): Card {
  return firstThatFits([
    () => build(ctx, view, { options: 500, text: 8000, isWhole: true }),
    () => build(ctx, view, { options: 60, text: 2000, isWhole: true }),
    () => build(ctx, view, { options: 60, text: 500, isWhole: false }),
    () => tooLong(ctx, view),
  ]);
}

interface Limits {
  options: number;
  text: number;
  /** With the fields that may stay empty. */
  isWhole: boolean;
}

function build(ctx: CardContext, view: FormView, limits: Limits): Card {
  const { m, link } = ctx;
  const { instanceId, ticketNo, errors = [], intro } = view;
  const own = [...view.instance.customFieldsLeft, ...view.instance.customFieldsRight]
    .filter((field) => field.status === 'visible')
    .filter((field) => limits.isWhole || field.isMandatory);
  const title = ticketNo === undefined ? m.formTitle : m.editTitle(ticketNo);
  const body: (Json | undefined)[] = [
    view.isDialog ? undefined : heading(title),
    text(intro ?? m.formIntro, { isSubtle: true }),
    errors.length > 0 ? problems(m, errors) : undefined,
    ...builtIn(ctx, view, limits),
    ...own.map((field) => customInput(ctx, view, field, limits)),
    limits.isWhole ? undefined : subtle(m.formPart),
  ];
  return card(body, formActions(ctx, view, limits.isWhole ? undefined : link(instanceId, ticketNo)), {
    fallbackText: title,
  });
}

function formActions({ m }: CardContext, view: FormView, url: string | undefined): Json[] {
  const { instanceId, ticketNo, formId, values } = view;
  const isNew = ticketNo === undefined;
  const data = { instanceId, formId, ...(isNew ? {} : { no: ticketNo }) };
  const verb = isNew ? 'create' : 'saveTicket';
  const label = isNew ? m.create : m.save;
  const more = url === undefined ? [] : [openUrl(m.openInTab, url)];
  if (view.isDialog) {
    return [
      { type: 'Action.Submit', title: label, style: 'positive', data: { verb, isDialog: true, ...data } },
      ...more,
    ];
  }
  const send = execute(label, verb, data, { style: 'positive' });
  const free = { isFree: true };
  const ways = isNew
    ? [
        execute(m.search, 'search', { instanceId, text: cut(values.title ?? '', 200) }, free),
        execute(m.myTickets, 'mine', { instanceId }, free),
        execute(m.cancel, 'cancel', { instanceId }, free),
      ]
    : [execute(m.cancel, 'ticket', { instanceId, no: ticketNo }, free)];
  return [send, ...ways, ...more];
}

const problems = (m: Messages, errors: FieldError[]): Json =>
  banner('attention', [
    text(m.formErrors(errors.length), { weight: 'bolder', color: 'attention' }),
    ...errors.slice(0, 10).map(({ message }) => text(`• ${cut(message, 200)}`, { spacing: 'none' })),
  ]);

/** The fields that every ticket has, as the owner wants them shown. */
function builtIn(ctx: CardContext, view: FormView, limits: Limits): Json[] {
  const { m } = ctx;
  const { values, isWorker, tags } = view;
  const optional = [...view.instance.optionalFieldsLeft, ...view.instance.optionalFieldsRight];
  const shown = (id: string) => optional.find((field) => field.id === id)?.status !== 'hidden';
  const mark = (id: string, label: string) =>
    optional.find((field) => field.id === id)?.isMandatory ? required(m, label) : {};
  const inputs: Json[] = [
    {
      type: 'Input.Text',
      id: 'title',
      label: m.title,
      placeholder: m.titleHint,
      maxLength: 255,
      value: cut(values.title ?? '', 255),
      ...required(m, m.title),
    },
  ];
  if (shown('description')) {
    inputs.push({
      ...longText(m, values.description ?? '', limits),
      id: 'description',
      label: m.description,
      placeholder: m.descriptionHint,
      ...mark('description', m.description),
    });
  }
  if (shown('priority')) {
    const choices = PRIORITIES.map((priority) => ({ title: m.priorities[priority], value: priority }));
    const value = values.priority || 'Medium';
    inputs.push({ type: 'Input.ChoiceSet', id: 'priority', label: m.priority, choices, value, style: 'compact' });
  }
  if (isWorker) {
    inputs.push({
      ...people(ctx, view.people, values.requestor ?? '', limits),
      id: 'requestor',
      label: m.requestor,
      ...required(m, m.requestor),
    });
  }
  if (isWorker && shown('assignee')) {
    const nobody = { title: m.nobody, value: 'none' };
    const choices = [nobody, ...personChoices(view.assignees, limits)];
    const value = values.assignee || 'none';
    const style = choices.length > 10 ? 'filtered' : 'compact';
    inputs.push({ type: 'Input.ChoiceSet', id: 'assignee', label: m.assignee, choices, value, style });
  }
  if (shown('expectedDate')) {
    inputs.push(
      {
        type: 'Input.Date',
        id: 'expectedDate',
        label: m.expectedDate,
        ...valued(values.expectedDate),
        ...mark('expectedDate', m.expectedDate),
      },
      { type: 'Input.Time', id: 'expectedTime', label: m.expectedTime, ...valued(values.expectedTime) },
    );
  }
  const choices = tags
    .filter((category) => !category.deleted)
    .flatMap(({ id, text: category, tags: all }) =>
      all
        .filter((tag) => !tag.deleted)
        .map((tag) => ({ title: cut(`${category}: ${tag.text}`, 80), value: `${id}_${cut(tag.text, 255)}` })),
    )
    .slice(0, limits.options);
  if (shown('tags') && choices.length > 0) {
    const input = { choices, isMultiSelect: true, style: 'filtered', placeholder: m.tagsHint, ...valued(values.tags) };
    inputs.push({ type: 'Input.ChoiceSet', id: 'tags', label: m.tags, ...input, ...mark('tags', m.tags) });
  }
  return inputs;
}

/** What is too long for the form is shown as such and stays as it is: an input would send back only a part of it. */
const longText = (m: Messages, value: string, limits: Limits): Json =>
  value.length > limits.text ? subtle(m.cut) : { type: 'Input.Text', isMultiline: true, maxLength: 8000, value };

const required = (m: Messages, label: string): Json => ({ isRequired: true, errorMessage: m.required(cut(label, 60)) });

const valued = (value: string | undefined): Json => (value ? { value } : {});

const personChoices = (all: Person[], limits: Limits): Json[] =>
  all.slice(0, limits.options).map(({ id, name, email }) => ({ title: cut(name || email || id, 80), value: id }));

/** A choice of people: those who are known at once, and the whole directory where Teams offers it. */
function people({ m, isTeams }: CardContext, known: Person[], value: string, limits: Limits): Json {
  const all = { 'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' } };
  const directory = isTeams ? all : {};
  const input = { choices: personChoices(known, limits), ...directory, ...valued(value) };
  return { type: 'Input.ChoiceSet', placeholder: m.peopleHint, ...input };
}

/** The input of a custom field of each type. */
const INPUTS: Record<
  CustomField['type']['key'],
  (field: CustomField, value: string, limits: Limits, ctx: CardContext, known: Person[]) => Json
> = {
  text: (_, value, limits, { m }) =>
    value.length > 1000 ? longText(m, value, limits) : { type: 'Input.Text', maxLength: 1000, value },
  textarea: (_, value, limits, { m }) => longText(m, value, limits),
  toggle: (_field, value, _limits, { m }) => ({
    type: 'Input.Toggle',
    title: m.yes,
    wrap: true,
    value: value === 'true' ? 'true' : 'false',
  }),
  date: (_, value) => ({ type: 'Input.Date', ...valued(value.slice(0, 10)) }),
  list: (field, value, limits) => ({
    type: 'Input.ChoiceSet',
    style: field.options.length > 10 ? 'filtered' : 'compact',
    isMultiSelect: field.isMultiple,
    wrap: true,
    choices: chosenFirst(field, value, limits.options).map((option) => ({
      title: cut(option.text, 80),
      value: option.key,
    })),
    ...valued(value),
  }),
  peoplepicker: (field, value, limits, ctx, known) => ({
    ...people(ctx, known, value, limits),
    isMultiSelect: field.isMultiple,
  }),
};

/** So many options, among them those that are chosen: an input sends back only what it can show. */
function chosenFirst({ options }: CustomField, value: string, most: number): CustomField['options'] {
  if (options.length <= most) return options;
  const chosen = value.split(',');
  return options
    .toSorted((left, right) => Number(chosen.includes(right.key)) - Number(chosen.includes(left.key)))
    .slice(0, most);
}

function customInput(ctx: CardContext, { values, people: known }: FormView, field: CustomField, limits: Limits): Json {
  const id = fieldInput(field.id);
  const label = cut(field.title, 120);
  const input = INPUTS[field.type.key](field, values[id] ?? defaultText(field), limits, ctx, known);
  return { ...input, id, label, ...(field.isMandatory && required(ctx.m, label)) };
}

/** A field's default value as its input holds it. */
function defaultText({ defaultValue }: CustomField): string {
  if (defaultValue === null || defaultValue === undefined) return '';
  if (!Array.isArray(defaultValue)) return String(defaultValue);
  return defaultValue
    .map((one) => (typeof one === 'object' && one !== null ? String((one as Person).id) : String(one)))
    .join(',');
}

function tooLong(ctx: CardContext, { instanceId, ticketNo }: FormView): Card {
  const { m, link } = ctx;
  const title = ticketNo === undefined ? m.formTitle : m.editTitle(ticketNo);
  return card(
    [heading(title), text(m.formTooLong)],
    [
      openUrl(m.openInTab, link(instanceId, ticketNo)),
      execute(m.myTickets, 'mine', { instanceId }),
      execute(m.help, 'help', { instanceId }),
    ],
    { fallbackText: title },
  );
}
