import type { Activity } from '../../api/contract/activities.ts';
import type { CustomField } from '../../api/contract/instance.ts';
import type { TagCategory } from '../../api/contract/tags.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { DEFAULT_WORKFLOW } from '../../api/contract/workflow.ts';
import { type Card, type CardContext, plain } from '../../bot/cards/card.ts';
import { type FormView, formCard } from '../../bot/cards/form.ts';
import { listCard } from '../../bot/cards/list.ts';
import { doneCard, errorCard, threadCard } from '../../bot/cards/notice.ts';
import { type May, postCard, ticketCard } from '../../bot/cards/ticket.ts';
import { chooseCard, diagnoseCard, helpCard, settingsCard, welcomeCard } from '../../bot/cards/welcome.ts';
import { LANGUAGES, type Language } from '../../bot/messages/messages.ts';

/** Every kind of card, made with whatever texts a test brings. */

const INSTANCE = '019c1347-d280-7000-a4d4-f597ac23fd46';

const contextOf = (language: Language): CardContext => ({
  m: LANGUAGES[language],
  appName: 'Tickets',
  isTeams: true,
  link: (instanceId, no) =>
    `https://tickets.contoso.com/tab/instances/${instanceId}${no === undefined ? '' : `/tickets/${no}`}`,
});

/** The texts that people bring. */
export interface Texts {
  title: string;
  description: string;
  comment: string;
  name: string;
  field: string;
  option: string;
  /** How many there are of everything that can be many. */
  many: number;
}

export const USUAL: Texts = {
  title: 'My VPN is down since this morning',
  description: 'It says “Error 809” when I connect.\nI have restarted twice, and the network at home is fine.',
  comment: 'We changed the certificate. Could you try once more, please?',
  name: 'Aisha Okafor',
  field: 'Affected services',
  option: 'Network and VPN',
  many: 3,
};

const person = (name: string, index = 0) => ({
  id: `16cfa902-b589-483c-a78e-f11abc0${90000 + index}`,
  name,
  email: 'aisha@contoso.com',
});

const TYPES = ['text', 'textarea', 'toggle', 'date', 'list', 'peoplepicker'] as const;

function fieldsOf(texts: Texts, isMandatory = false): CustomField[] {
  return Array.from({ length: Math.max(TYPES.length, texts.many) }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    title: `${texts.field} ${index}`,
    label: texts.field,
    type: { key: TYPES[index % TYPES.length]!, text: '' },
    isMandatory: isMandatory || index % 3 === 0,
    status: 'visible',
    defaultValue: null,
    options: Array.from({ length: texts.many }, (_, option) => ({
      key: `option-${option}`,
      text: `${texts.option} ${option}`,
    })),
    isMultiple: index % 2 === 0,
    isSeeTicket: false,
  }));
}

function ticketOf(texts: Texts): Ticket {
  const at = '2026-01-31T09:00:00.000Z';
  const customFields: Record<string, unknown> = {};
  for (const field of fieldsOf(texts)) {
    const values = {
      text: texts.option,
      textarea: texts.description,
      toggle: true,
      date: '2026-02-01',
      list: ['option-0', 'option-1'],
      peoplepicker: [person(texts.name)],
    };
    customFields[field.id] = values[field.type.key];
  }
  return {
    id: '019c1347-d280-7000-a4d4-f597ac23fd47',
    ticketNo: 42,
    title: texts.title,
    description: texts.description,
    statusId: 'started',
    status: 'Started',
    resolvedStatus: ['Resolved', 'Closed'],
    resolution: '',
    priority: 'Urgent',
    requestor: person(texts.name),
    assignee: person('Marco Bellini', 1),
    expectedDate: '2026-02-02T16:00:00.000Z',
    tags: Array.from({ length: Math.min(100, texts.many) }, (_, index) => ({
      tagCategoryId: 'topic',
      text: `${texts.option} ${index}`.slice(0, 255),
    })),
    customFields,
    createdOn: at,
    lastUpdatedOn: at,
    lastInteraction: '2026-01-31T10:30:00.000Z',
    createdBy: person(texts.name),
    lastUpdatedBy: person(texts.name),
    firstResponseOn: '',
    firstResolutionOn: '',
    lastResolutionOn: '',
    lastResolutionComment: '',
    isFrtBreached: false,
    isRtBreached: false,
    isFrtEscalated: false,
    isRtEscalated: false,
    assigneeUnseenEventCnt: 0,
    requestorUnseenEventCnt: 0,
    origin: 'bot',
    followers: [],
    isCustomWorkflow: false,
    workflow: DEFAULT_WORKFLOW,
  };
}

const activityOf = (texts: Texts): Activity => ({
  id: '019c1347-d280-7000-a4d4-f597ac23fd48',
  ticketId: '019c1347-d280-7000-a4d4-f597ac23fd47',
  action: 'commented',
  comment: texts.comment,
  isPrivate: false,
  createdDateTime: '2026-01-31T10:30:00.000Z',
  createdBy: person('Marco Bellini'),
  changes: [],
  attachments: [],
  origin: 'bot',
});

const optional = ['description', 'priority', 'assignee', 'expectedDate', 'tags'].map((id) => ({
  id,
  title: id,
  isMandatory: false,
  status: 'visible' as const,
}));

function formViewOf(texts: Texts, isMandatory: boolean): FormView {
  const tags: TagCategory[] = [
    {
      id: '2283653a-8d36-40eb-9a68-73eb3b331811',
      instanceId: INSTANCE,
      text: 'Topic',
      color: '#0078d4',
      deleted: false,
      tags: Array.from({ length: texts.many }, (_, index) => ({ text: `${texts.option} ${index}`, deleted: false })),
    },
  ];
  const people = Array.from({ length: Math.min(200, texts.many) }, (_, index) => person(texts.name, index));
  const fields = fieldsOf(texts, isMandatory);
  return {
    instanceId: INSTANCE,
    instance: {
      customFieldsLeft: fields,
      customFieldsRight: [],
      optionalFieldsLeft: optional,
      optionalFieldsRight: [],
    },
    tags,
    people,
    assignees: people,
    isWorker: true,
    values: { title: texts.title, description: texts.description, priority: 'Medium', requestor: people[0]?.id ?? '' },
    formId: 'a:chat/activity-1',
  };
}

/** What somebody who works tickets may do; one move has a label of its own. */
const workerOf = (texts: Texts): May => ({
  work: true,
  moves: DEFAULT_WORKFLOW.states
    .filter(({ id }) => ['pending', 'resolved', 'closed'].includes(id))
    .map((state) => ({ state, label: state.id === 'pending' ? texts.option : undefined })),
  comment: true,
  isAssignee: false,
  follows: false,
});
const requestorOf = (texts: Texts): May => ({
  ...workerOf(texts),
  work: false,
  moves: DEFAULT_WORKFLOW.states.filter(({ id }) => id === 'resolved').map((state) => ({ state, label: undefined })),
  follows: undefined,
});

/** All kinds of card with these texts, by name. */
export function allCards(language: Language, texts: Texts): Record<string, () => Card> {
  const ctx = contextOf(language);
  const { m } = ctx;
  const ticket = ticketOf(texts);
  const customFields = fieldsOf(texts);
  const comment = activityOf(texts);
  const userIds = Array.from(
    { length: 80 },
    (_, index) => `29:1bSnHZ7Js2STWrgk6ScEErLk1Lp2zQuD5H2ql960fqzAfnMu4cmVDGhhGBMtYmCPzbFqT9Pk-${index}`,
  );
  const view = { instanceId: INSTANCE, ticket, customFields, comment };
  const instance = { id: INSTANCE, name: texts.name };
  const tickets = Array.from({ length: 8 }, (_, index) => ({ ...ticket, ticketNo: 42 + index }));
  const lines = Array.from({ length: Math.min(50, texts.many) }, () => ({
    line: m.thread.commented(plain(texts.name)),
    comment: texts.comment,
  }));
  const list = { instanceId: INSTANCE, title: m.found(texts.title), empty: m.emptySearch };
  return {
    form: () => formCard(ctx, formViewOf(texts, false)),
    'form of mandatory fields': () => formCard(ctx, formViewOf(texts, true)),
    'form with errors': () =>
      formCard(ctx, {
        ...formViewOf(texts, false),
        errors: Array.from({ length: 3 }, () => ({ field: 'x', message: m.required(texts.field) })),
      }),
    'edit form': () => formCard(ctx, { ...formViewOf(texts, false), ticketNo: 42 }),
    'ticket of a worker': () => ticketCard(ctx, { ...view, may: workerOf(texts), done: m.done.taken(42), userIds }),
    'ticket of its requestor': () => ticketCard(ctx, { ...view, may: requestorOf(texts) }),
    post: () => postCard(ctx, { ...view, userIds }, false),
    'private post': () => postCard(ctx, { ...view, userIds }, true),
    list: () => listCard(ctx, { ...list, tickets, count: 20, query: { verb: 'search', text: texts.title, page: 2 } }),
    'empty list': () => listCard(ctx, { ...list, tickets: [], count: 0, query: { verb: 'mine', page: 1 } }),
    done: () => doneCard(ctx, { message: m.createdTitle(42), instanceId: INSTANCE, ticketNo: 42, title: texts.title }),
    error: () => errorCard(ctx, { message: m.errors.tag(texts.title, texts.option), instanceId: INSTANCE }),
    thread: () => threadCard(ctx, lines, ctx.link(INSTANCE, 42)),
    'welcome in person': () => welcomeCard(ctx, { scope: 'personal', instance }),
    'welcome in a channel': () => welcomeCard(ctx, { scope: 'channel', instance, addedBy: texts.name }),
    help: () => helpCard(ctx, { role: 'owner', instance }),
    choose: () =>
      chooseCard(ctx, {
        instances: Array.from({ length: texts.many }, (_, index) => ({
          id: String(index),
          name: `${texts.name} ${index}`,
        })),
        chosenId: '0',
        draft: texts.title,
      }),
    'choose none': () => chooseCard(ctx, { instances: [], chosenId: '' }),
    settings: () => settingsCard(ctx, { instance, mutedNotices: ['dueSoon'], done: m.done.notices }),
    diagnose: () =>
      diagnoseCard(ctx, {
        instance,
        checks: [
          { label: m.checks.store, isRight: true },
          { label: m.checks.channel, isRight: false, advice: m.advice.channel },
          { label: m.checks.version, isRight: true, value: texts.name },
        ],
      }),
  };
}
