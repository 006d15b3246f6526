import type { Activity } from '../../api/contract/activities.ts';
import type { FieldError } from '../../api/contract/errors.ts';
import type { CustomField } from '../../api/contract/instance.ts';
import type { Slot } from '../../api/contract/keys.ts';
import type { Ticket, TicketUpdate } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import { person } from '../helpers/documents.ts';
import type { TestInstance, TestServer } from '../helpers/server.ts';

/** Asks for help. */
export const ADA = person('Ada');
/** Gives it. */
export const GRACE = person('Grace');
export const LINUS = person('Linus');

/** Any body of the API; which members there are depends on the answer. */
interface Body<T> {
  item: T;
  items: T[];
  itemCount: number;
  continuationToken?: string;
  error: boolean;
  message: string;
  statusCode: number;
  code: string;
  errors: FieldError[];
}

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  text: string;
  /** Empty when the answer is no JSON. */
  body: Body<T>;
}

type RequestHeaders = Record<string, string>;

/** What the tests say to the API, over HTTP and nothing else. */
export interface Api {
  get<T = Ticket>(path: string, headers?: RequestHeaders): Promise<Answer<T>>;
  post<T = Ticket>(path: string, body?: unknown, headers?: RequestHeaders): Promise<Answer<T>>;
  put<T = Ticket>(path: string, body?: unknown, headers?: RequestHeaders): Promise<Answer<T>>;
  delete(path: string, headers?: RequestHeaders): Promise<Answer>;
  /** Creates a ticket of Ada's, who does it herself unless another user is named. */
  newTicket(fields?: TicketUpdate, user?: Person): Promise<Ticket>;
  ticket(id: string): Promise<Ticket>;
  /** Moves a ticket through these states, each step by Grace. */
  move(id: string, ...states: string[]): Promise<void>;
  /** Newest first. */
  history(id: string): Promise<Activity[]>;
}

export function apiOf(instance: TestInstance, slot: Slot = 'primary'): Api {
  return apiWithKey(instance, instance.keys[slot]);
}

export function apiWithKey(instance: TestInstance, key: string): Api {
  async function call<T>(method: string, path: string, body: unknown, headers: RequestHeaders = {}) {
    const init: RequestInit = { method, headers: { 'Content-Type': 'application/json', ...headers } };
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
    const query = `${path.includes('?') ? '&' : '?'}key=${key}`;
    return answerOf<T>(await instance.fetch(path + query, init));
  }
  const api: Api = {
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body, headers) => call('PUT', path, body, headers),
    delete: (path, headers) => call('DELETE', path, undefined, headers),
    async newTicket(fields, user = ADA) {
      const ticket = { title: 'My VPN is down', requestor: ADA, ...fields };
      return succeed(await api.post('/tickets', { ticket, user })).body.item;
    },
    ticket: async (id) => succeed(await api.get(`/tickets/${id}`)).body.item,
    async move(id, ...states) {
      for (const status of states) succeed(await api.put(`/tickets/${id}/status`, { status, user: GRACE }));
    },
    history: async (id) => succeed(await api.get<Activity>(`/tickets/${id}/activities`)).body.items,
  };
  return api;
}

export async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = /\bjson\b/.test(headers.get('Content-Type') ?? '');
  return { status, headers, text, body: isJson ? JSON.parse(text) : {} };
}

/** The same answer; throws what the server said when it is an error, so that no test goes on from a step that failed. */
export function succeed<T extends Answer<unknown>>(answer: T): T {
  if (answer.status >= 400) throw new Error(`${answer.status} ${answer.text}`);
  return answer;
}

/** Moves the clock on to this moment. */
export function setClock({ clock }: TestServer, moment: string): void {
  const ms = Date.parse(moment) - clock.now().getTime();
  if (ms < 0) throw new Error(`The clock is past ${moment} already`);
  clock.advance(ms);
}

/** A field as an owner defines it: everything else has its default. */
export function field(id: string, title: string, key: CustomField['type']['key'], rest: Partial<CustomField> = {}) {
  return { id, title, type: { key }, ...rest };
}

const OPTION = (key: string, text: string) => ({ key, text });

/** The fields of the reference's second example, by what they hold, with its ids. */
export const FIELDS = {
  people: field('146db0c4-de24-4818-a131-a27161bb7ad0', 'Affected people', 'peoplepicker', { isMultiple: true }),
  services: field('fef751d6-067d-431b-8a6d-667056eff6ee', 'Services', 'list', {
    isMultiple: true,
    options: [
      OPTION('70d42d78-899a-4d5e-8cf0-79a0e4a6b0b1', 'Mail'),
      OPTION('fe68df23-432e-4c0f-9841-a018b7f46d0b', 'Calendar'),
      OPTION('a83a7a1c-13a6-4f2e-8d33-0c7f7dd3c1ce', 'Chat'),
    ],
  }),
  steps: field('4aad4ef9-3242-4bb6-87f7-29428567429f', 'Steps', 'textarea'),
  asset: field('7670050a-cf1a-4d3d-8179-5eba888dea5f', 'Asset', 'text'),
  blocking: field('862bd88d-f691-4a7b-a89a-f6f48550fc27', 'Blocking', 'toggle'),
  site: field('5b9f56bc-ec6a-45a3-b7ce-c25e1d8cfd69', 'Site', 'list', {
    options: [
      OPTION('f72541a9-c964-4c81-bc1a-4f1f2d948416', 'Berlin'),
      OPTION('0d4b0a5e-7f0a-4d6e-9c57-2a4c1d8d0b11', 'Oslo'),
    ],
  }),
  needed: field('7ee98e41-c4d0-4d4c-beb9-2b7f8f8c35c8', 'Needed on', 'date'),
};

/** Gives an instance the custom fields of the reference's example. */
export async function defineFields(instance: TestInstance, more: ReturnType<typeof field>[] = []): Promise<void> {
  const { people, services, steps, asset, blocking, site, needed } = FIELDS;
  const settings = {
    customFieldsLeft: [people, services, steps, ...more],
    customFieldsRight: [asset, blocking, site, needed],
  };
  succeed(await apiOf(instance, 'administrative').put('/instance', { instance: settings }));
}
