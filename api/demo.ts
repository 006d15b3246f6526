import { DateTime } from 'luxon';
import { LOCAL_TENANT, type LocalPerson } from './auth/local-issuer.ts';
import type { CustomField } from './contract/instance.ts';
import type { Slot } from './contract/keys.ts';
import type { OperationId } from './contract/operations.ts';
import type { TicketUpdate } from './contract/tickets.ts';
import type { Actor, Call, Environment } from './core/context.ts';
import { uuidsByTime } from './core/ids.ts';
import { createInstance } from './core/instances.ts';
import { invoke } from './core/invoke.ts';
import { ensureMember } from './core/members.ts';
import { seeToTicket } from './core/timers.ts';
import {
  AGENTS,
  DEMO_TICKETS,
  type DemoForm,
  type DemoStep,
  type DemoTicket,
  type DemoTriage,
  type Duration,
  LOCATIONS,
  type Opening,
  PEOPLE,
  type PersonName,
  SERVICES,
  TAG_CATEGORIES,
} from './demo-tickets.ts';
import type { StoredInstance } from './store/store.ts';

const TIMEZONE = 'Europe/Berlin';

const optionsOf = (ids: Record<string, string>) => Object.entries(ids).map(([text, key]) => ({ key, text }));

function field(id: string, title: string, type: CustomField['type'], rest: Partial<CustomField> = {}): CustomField {
  const usual = { isMandatory: false, status: 'visible', defaultValue: null } as const;
  return { id, title, label: title, type, ...usual, options: [], isMultiple: false, isSeeTicket: false, ...rest };
}

const LIST = { key: 'list', text: 'List' } as const;
const PEOPLE_PICKER = { key: 'peoplepicker', text: 'People picker' } as const;
const TEXT_AREA = { key: 'textarea', text: 'Text area' } as const;

/** The ids are those of the API reference's example, so that a developer who pastes it here sees every value stored. */
const FIELDS: Record<keyof DemoForm, CustomField> = {
  location: field('5b9f56bc-ec6a-45a3-b7ce-c25e1d8cfd69', 'Location', LIST, { options: optionsOf(LOCATIONS) }),
  services: field('fef751d6-067d-431b-8a6d-667056eff6ee', 'Affected services', LIST, {
    options: optionsOf(SERVICES),
    isMultiple: true,
  }),
  colleagues: field('146db0c4-de24-4818-a131-a27161bb7ad0', 'Affected colleagues', PEOPLE_PICKER, {
    isMultiple: true,
    isSeeTicket: true,
  }),
  stepsToReproduce: field('4aad4ef9-3242-4bb6-87f7-29428567429f', 'Steps to reproduce', TEXT_AREA),
  assetTag: field('7670050a-cf1a-4d3d-8179-5eba888dea5f', 'Asset tag', { key: 'text', text: 'Text' }),
  blocksMyWork: field('862bd88d-f691-4a7b-a89a-f6f48550fc27', 'Blocks my work', { key: 'toggle', text: 'Toggle' }),
  neededInDays: field('7ee98e41-c4d0-4d4c-beb9-2b7f8f8c35c8', 'Needed on', { key: 'date', text: 'Date' }),
};

const SETTINGS: Partial<StoredInstance> = {
  customFieldsLeft: [FIELDS.location, FIELDS.services, FIELDS.colleagues, FIELDS.stepsToReproduce],
  customFieldsRight: [FIELDS.assetTag, FIELDS.blocksMyWork, FIELDS.neededInDays],
  assignees: { type: 'customAssignee', peoples: AGENTS.map((name) => PEOPLE[name]) },
  sla: {
    timezone: TIMEZONE,
    workingHours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '08:00', to: '17:00' })),
    holidays: [],
    targets: [
      { priority: 'Urgent', firstResponseMinutes: 60, resolutionMinutes: 540 },
      { priority: 'Important', firstResponseMinutes: 240, resolutionMinutes: 2700 },
      { priority: 'Medium', firstResponseMinutes: 540, resolutionMinutes: 5400 },
      { priority: 'Low', firstResponseMinutes: 1080, resolutionMinutes: 8100 },
    ],
    warningPercent: 75,
    escalateTo: [PEOPLE.hanna],
  },
};

const DEMO_ROLES = { hanna: 'owner', marco: 'assignee', tomasz: 'assignee', aisha: 'member' } as const;
/** Whom one can be in the demo: its owner, two who answer and one who asks. */
export const DEMO_PEOPLE: LocalPerson[] = Object.entries(DEMO_ROLES).map(([name, role]) => ({
  ...PEOPLE[name as keyof typeof DEMO_ROLES],
  tenantId: LOCAL_TENANT,
  role,
}));

/** Makes an instance to try things out with, as if its people had worked with it for four weeks until now. */
export async function createDemo(
  environment: Environment,
): Promise<{ instanceId: string; keys: { slot: Slot; key: string }[] }> {
  const { record, keys } = await createInstance(environment, {
    name: 'Contoso Help Desk',
    isDemo: true,
    settings: SETTINGS,
  });
  for (const { role, ...identity } of DEMO_PEOPLE) await ensureMember(environment, record.id, identity, role);
  await putTagCategories(environment, record.id);
  await relive(environment, record.id);
  return { instanceId: record.id, keys };
}

/** Past the operation that creates tag categories, which would give them other ids than those of the reference. */
function putTagCategories(environment: Environment, instanceId: string): Promise<void> {
  return environment.store.instance(instanceId).commit(
    TAG_CATEGORIES.map(({ id, text, color, tags }) => ({
      put: 'tagCategory',
      id,
      value: { id, instanceId, text, color, tags: tags.map((tag) => ({ text: tag, deleted: false })), deleted: false },
      replaces: null,
    })),
  );
}

/** When something happens to a ticket: the step, or that it is opened. */
interface Moment {
  at: number;
  ticket: DemoTicket;
  step?: DemoStep;
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const milliseconds = (duration: Duration): number =>
  Number(duration.slice(0, -1)) * UNITS[duration.slice(-1) as keyof typeof UNITS];

/** The day so many days from today, in the instance's zone. */
const dayIn = (days: number, today: Date): string =>
  DateTime.fromJSDate(today, { zone: TIMEZONE }).plus({ days }).toFormat('yyyy-MM-dd');

function openedAt(opened: Opening, today: Date): number {
  if ('ago' in opened) return today.getTime() - milliseconds(opened.ago);
  return DateTime.fromISO(`${dayIn(-opened.daysAgo, today)}T${opened.at}`, { zone: TIMEZONE }).toMillis();
}

function momentsOf(ticket: DemoTicket, today: Date): Moment[] {
  let at = openedAt(ticket.opened, today);
  const moments: Moment[] = [{ at, ticket }];
  for (const step of ticket.steps ?? []) {
    at += milliseconds(step.after);
    moments.push({ at, ticket, step });
  }
  return moments;
}

/**
 * Does every step of every ticket in the order of time, so that numbers and ids increase as in a real history; between
 * them, what time did to the tickets.
 */
async function relive(environment: Environment, instanceId: string): Promise<void> {
  const today = environment.now();
  let clock = 0;
  const now = () => new Date(clock);
  const past: Environment = { ...environment, now, newId: uuidsByTime(now) };
  const actor: Actor = { instanceId, role: 'assignee', readOnly: false };
  const ticketIds = new Map<DemoTicket, string>();
  /** When a ticket has to be looked at again, by its id. */
  const timers = new Map<string, number>();
  const look = async (ticketId: string) => {
    const [next] = await seeToTicket(past, instanceId, ticketId);
    if (next) timers.set(ticketId, Date.parse(next.at));
    else timers.delete(ticketId);
  };
  const letPass = async (until: number) => {
    for (;;) {
      const [next] = [...timers].filter(([, at]) => at <= until).toSorted(([, one], [, other]) => one - other);
      if (!next) return;
      clock = next[1];
      await look(next[0]);
    }
  };
  const moments = DEMO_TICKETS.flatMap((ticket) => momentsOf(ticket, today));
  for (const { at, ticket, step } of moments.toSorted((left, right) => left.at - right.at)) {
    await letPass(at);
    clock = at;
    const { requestor, through, by: opener = requestor } = ticket.opened;
    const by = step?.by ?? opener;
    const call: Call = { actor, origin: isAgent(by) ? 'tab' : through };
    const user = PEOPLE[by];
    if (!step) {
      const fields = {
        title: ticket.title,
        description: ticket.description,
        requestor: PEOPLE[requestor],
        customFields: customFields(ticket.form ?? {}, today),
        ...triageFields(ticket.triage, today),
      };
      const { result } = await invoke(past, call, 'createTicket', { ticket: fields, timezone: TIMEZONE, user });
      ticketIds.set(ticket, result.item.value.id);
      await look(result.item.value.id);
      continue;
    }
    const ticketId = ticketIds.get(ticket)!;
    // Whoever answers has read what came before.
    if (isAgent(by)) await invoke(past, call, 'markTicketSeen', { ticketId, as: 'assignee' });
    if (by === requestor) await invoke(past, call, 'markTicketSeen', { ticketId, as: 'requestor' });
    const { operation, input } = actOf(step, today);
    await invoke(past, call, operation, { ...input, ticketId, timezone: TIMEZONE, user });
    await look(ticketId);
  }
  await letPass(today.getTime());
}

const isAgent = (name: PersonName): boolean => AGENTS.some((agent) => agent === name);

/** The operation that a step is, and what it is given beside ticket and user. */
function actOf(step: DemoStep, today: Date): { operation: OperationId; input: object } {
  if ('status' in step) {
    const { status, resolution, comment } = step;
    return { operation: 'updateTicketStatus', input: { status, resolution, comment } };
  }
  if ('link' in step) {
    const { link, comment } = step;
    return { operation: 'addAttachments', input: { attachments: [link], comment } };
  }
  if ('triage' in step) return { operation: 'updateTicket', input: { ticket: triageFields(step.triage, today) } };
  if ('note' in step) return { operation: 'addComment', input: { comment: step.note, isPrivate: true } };
  return { operation: 'addComment', input: { comment: step.comment } };
}

function triageFields({ priority, assignee, dueInDays, tags }: DemoTriage, today: Date): TicketUpdate {
  return {
    priority,
    assignee: assignee && PEOPLE[assignee],
    expectedDate: dueInDays === undefined ? undefined : `${dayIn(dueInDays, today)}T17:00`,
    tags: tags?.map((text) => {
      const category = TAG_CATEGORIES.find((one) => one.tags.some((tag) => tag === text))!;
      return { tagCategoryId: category.id, text };
    }),
  };
}

/** The values of a form as the API takes them: by field id, and only those given. */
function customFields(form: DemoForm, today: Date): Record<string, unknown> {
  const values: Record<keyof DemoForm, unknown> = {
    location: form.location && [LOCATIONS[form.location]],
    services: form.services?.map((text) => SERVICES[text]),
    colleagues: form.colleagues?.map((name) => PEOPLE[name]),
    stepsToReproduce: form.stepsToReproduce,
    assetTag: form.assetTag,
    blocksMyWork: form.blocksMyWork,
    neededInDays: form.neededInDays === undefined ? undefined : dayIn(form.neededInDays, today),
  };
  const names = Object.keys(values) as (keyof DemoForm)[];
  const given = names.filter((name) => values[name] !== undefined);
  return Object.fromEntries(given.map((name) => [FIELDS[name].id, values[name]]));
}
