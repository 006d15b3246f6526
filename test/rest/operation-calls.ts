import { randomUUID } from 'node:crypto';
import type { Operation } from '../../api/contract/operation.ts';
import { OPERATIONS, type OperationId } from '../../api/contract/operations.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { DEFAULT_WORKFLOW } from '../../api/contract/workflow.ts';
import type { TestInstance, TestServer } from '../helpers/server.ts';
import { ADA, apiOf, GRACE, succeed } from './reference.ts';

/** An instance that has one of everything, so that each operation finds what it works on. */
export interface World {
  instance: TestInstance;
  ticketId: string;
  ticketNo: number;
  activityId: string;
  tagCategoryId: string;
  personId: string;
  viewId: string;
}

export async function newWorld(server: TestServer): Promise<World> {
  const instance = await server.newInstance();
  const api = apiOf(instance);
  const ticket = await api.newTicket({ assignee: GRACE, title: 'One of everything' });
  const attached = await api.post<{ activityId: string }>(`/tickets/${ticket.id}/attachments`, {
    attachments: [{ src: 'https://example.com/log.txt' }],
    comment: 'See there',
  });
  const admin = apiOf(instance, 'administrative');
  const tags = await admin.post<{ id: string }>('/tags', { tagCategory: { text: 'Area' } });
  const personId = randomUUID();
  succeed(await admin.put(`/members/${personId}`, MEMBER));
  const viewId = randomUUID();
  succeed(await api.put(`/views/${viewId}`, VIEW));
  return {
    instance,
    ticketId: ticket.id,
    ticketNo: ticket.ticketNo,
    activityId: succeed(attached).body.item.activityId,
    tagCategoryId: succeed(tags).body.item.id,
    personId,
    viewId,
  };
}

const MEMBER = { name: 'Linus', email: 'linus@contoso.com', role: 'assignee', tenantId: randomUUID() };
const VIEW = { name: 'Mine', isShared: true, query: 'priority=Urgent', columns: ['title'] };

/** The parameters in paths that are ids of an instance's things, and those that are words of ours. */
export const ID_PARAMETERS = ['ticketId', 'activityId', 'tagCategoryId', 'personId', 'viewId'] as const;
export const WORD_PARAMETERS = ['slot', 'collection', 'by'] as const;

/** What the caller chooses the id of: nobody else's id is in the way of it. */
export const CHOSEN_IDS: OperationId[] = ['putMember', 'putView'];

/** A body with which each operation succeeds; an operation without a row fails the tests that walk the table. */
export const BODIES: Record<OperationId, ((world: World) => unknown) | undefined> = {
  listTickets: undefined,
  createTicket: () => ({ ticket: { title: 'My VPN is down', requestor: ADA }, user: ADA }),
  bulkUpdateTickets: ({ ticketId }) => ({ ticketIds: [ticketId], ticket: { priority: 'Low' } }),
  getTicket: undefined,
  updateTicket: () => ({ ticket: { title: 'Changed' } }),
  updateTicketStatus: () => ({ status: 'Started' }),
  markTicketSeen: () => ({ as: 'assignee' }),
  deleteTicket: undefined,
  listActivities: undefined,
  addComment: () => ({ comment: 'A comment' }),
  listAttachments: undefined,
  addAttachments: () => ({ attachments: [{ src: 'https://example.com/more.txt' }] }),
  listActivityAttachments: undefined,
  getInstance: undefined,
  updateInstance: () => ({ instance: { name: 'Another name' } }),
  listTags: undefined,
  createTagCategory: () => ({ tagCategory: { text: 'Floor' } }),
  getTagCategory: undefined,
  updateTagCategory: () => ({ tagCategory: { text: 'Building' } }),
  listKeys: undefined,
  updateKey: () => ({ readOnly: true }),
  regenerateKey: undefined,
  exportCollection: undefined,
  followTicket: () => ({ following: true, user: ADA }),
  announcePresence: () => ({ isHere: true, user: ADA }),
  listMembers: undefined,
  putMember: () => MEMBER,
  removeMember: undefined,
  searchPeople: undefined,
  listViews: undefined,
  putView: () => VIEW,
  deleteView: undefined,
  streamEvents: undefined,
  getReport: undefined,
  getReportGroups: undefined,
  previewWorkflow: () => ({ workflow: DEFAULT_WORKFLOW }),
  getTraces: undefined,
  erasePerson: () => ({ confirm: true }),
  listErasures: undefined,
};

/** One way to call an operation: its own method and path, or one of its further ones. */
export interface Way {
  id: OperationId;
  method: Operation['method'];
  path: string;
}

const waysOf = (id: OperationId): Way[] => {
  const operation: Operation = OPERATIONS[id];
  return [operation, ...(operation.also ?? [])].map(({ method, path }) => ({ id, method, path }));
};

export const ALL_WAYS: Way[] = (Object.keys(OPERATIONS) as OperationId[]).flatMap(waysOf);

export const nameOf = ({ method, path }: Way): string => `${method} ${path}`;

/** The path of a call on the world, unless another value is given for one of its parameters. */
export function pathOf({ path }: Way, world: World, others: Record<string, string> = {}): string {
  const values: Record<string, string> = {
    ticketId: world.ticketId,
    activityId: world.activityId,
    tagCategoryId: world.tagCategoryId,
    personId: world.personId,
    viewId: world.viewId,
    slot: 'secondary',
    collection: 'tickets',
    by: 'assignee',
    ...others,
  };
  return BASE_PATH + path.replace(/\{(\w+)\}/g, (_, name: string) => values[name]!);
}

/** The text of an answer; of one that goes on for ever, what comes first. */
export async function textOf({ id }: Way, response: Response): Promise<string> {
  if (id !== 'streamEvents' || !response.ok) return response.text();
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

/** The method, headers and body of a good call; with the administrative key unless another, or none, is given. */
export function initOf(way: Way, world: World, key: string | null = world.instance.keys.administrative): RequestInit {
  const body = BODIES[way.id]?.(world);
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (key !== null) headers['X-Api-Key'] = key;
  return { method: way.method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
}
