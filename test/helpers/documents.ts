import type { Event, StoredActivity, StoredTicket } from '../../api/contract/events.ts';
import type { TagCategory } from '../../api/contract/tags.ts';
import type { Person } from '../../api/contract/wire.ts';
import { DEFAULT_WORKFLOW } from '../../api/contract/workflow.ts';
import type { InstanceRecord, KeyRecord, Reply, StoredInstance } from '../../api/store/store.ts';

/** Whole, valid documents, of which a test names only what it is about. */

const AT = '2026-01-31T09:00:00.000Z';

/** The same UUID for the same number; they sort as the numbers do. */
export const uuid = (number: number): string => `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

export function person(name: string): Person {
  const handle = name.toLowerCase();
  return { id: `${handle}-id`, name, email: `${handle}@contoso.com` };
}

/** The id follows from the number unless it is given. */
export function ticketDocument(overrides: Partial<StoredTicket> = {}): StoredTicket {
  const ticketNo = overrides.ticketNo ?? 1;
  return {
    id: uuid(ticketNo),
    ticketNo,
    title: 'My VPN is down',
    description: '',
    statusId: 'open',
    resolution: '',
    priority: 'Medium',
    requestor: person('Ada'),
    assignee: { id: '' },
    expectedDate: '',
    tags: [],
    customFields: {},
    createdOn: AT,
    lastUpdatedOn: AT,
    lastInteraction: AT,
    createdBy: person('Ada'),
    lastUpdatedBy: person('Ada'),
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
    origin: 'api',
    followers: [],
    ...overrides,
  };
}

/** A comment on ticket number 1 unless another ticket is named. */
export function activityDocument(overrides: Partial<StoredActivity> = {}): StoredActivity {
  return {
    id: uuid(1),
    ticketId: uuid(1),
    action: 'commented',
    comment: 'Works again',
    isPrivate: false,
    createdDateTime: AT,
    createdBy: person('Ada'),
    changes: [],
    attachments: [],
    origin: 'api',
    ...overrides,
  };
}

export function eventDocument(overrides: Partial<Event> = {}): Event {
  return { id: uuid(1), type: 'ticket.created', at: AT, by: person('Ada'), ...overrides };
}

export function tagCategoryDocument(overrides: Partial<TagCategory> = {}): TagCategory {
  return { id: uuid(1), instanceId: uuid(1), text: 'Area', color: '#0078d4', tags: [], deleted: false, ...overrides };
}

export function replyDocument(overrides: Partial<Reply> = {}): Reply {
  return { digest: 'digest', answer: { item: { id: uuid(1) }, version: 1, warnings: [] }, ...overrides };
}

export function instanceDocument(overrides: Partial<StoredInstance> = {}): StoredInstance {
  return {
    id: uuid(1),
    groupId: '',
    tenantId: '',
    teamId: '',
    channelId: '',
    subscriptionId: '',
    name: 'IT Help Desk',
    enabled: true,
    isPrivate: false,
    mailAddress: '',
    language: '',
    customFieldsLeft: [],
    customFieldsRight: [],
    optionalFieldsLeft: [],
    optionalFieldsRight: [],
    assignees: { type: 'teamsOwner', peoples: [] },
    assigneeRules: [],
    defaultRuleAssignee: [],
    isAutomaticAssignTickets: false,
    alertNotification: { created: true, assigned: true, commented: true, statusChanged: true, dueSoon: true },
    followersRule: { peoples: [], isMentioned: true, isCommenter: false },
    isAutoAssignIdleTickets: false,
    dayBeforeTicketsIdle: 0,
    idleTicketAssignedTo: [],
    isNotifyIdleTicket: false,
    workflows: [DEFAULT_WORKFLOW],
    isCustomWorkflow: false,
    sla: { timezone: 'UTC', workingHours: [], holidays: [], targets: [], warningPercent: 80, escalateTo: [] },
    ...overrides,
  };
}

export function instanceRecord(overrides: Partial<InstanceRecord> = {}): InstanceRecord {
  return { id: uuid(1), name: 'IT Help Desk', createdOn: AT, isDemo: false, ...overrides };
}

export function keyRecord(overrides: Partial<KeyRecord> = {}): KeyRecord {
  return {
    hash: 'hash',
    sealed: 'sealed',
    instanceId: uuid(1),
    slot: 'primary',
    readOnly: false,
    allowedIps: [],
    expiresOn: '',
    createdOn: AT,
    lastUsedOn: '',
    madeBy: '',
    version: 1,
    ...overrides,
  };
}
