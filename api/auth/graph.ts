import {
  ConfidentialClientApplication,
  type INetworkModule,
  InteractionRequiredAuthError,
  type NetworkRequestOptions,
  type NetworkResponse,
} from '@azure/msal-node';
import { fileTypeFromBuffer } from 'file-type';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { type Directory, DirectoryError, type Photo } from '../core/directory.ts';
import { keepPhotos } from './kept-photos.ts';

/** Each cloud has a Graph of its own (learn.microsoft.com: "National clouds"). */
const GRAPHS: Record<string, string> = {
  'login.microsoftonline.com': 'https://graph.microsoft.com',
  'login.microsoftonline.us': 'https://graph.microsoft.us',
  'login.partner.microsoftonline.cn': 'https://microsoftgraph.chinacloudapi.cn',
};

/** Neither needs an administrator: each person can allow them for themself. */
const SCOPES = ['User.Read', 'User.ReadBasic.All'];

const TIMEOUT_MS = 5000;
const MAX_FOUND = 25;
/** Nobody is in more teams than this many pages hold. */
const MAX_PAGES = 10;
/** How long a Graph that is busy and does not say for how long is left alone. */
const BUSY_MS = 10_000;
const MAX_BUSY_MS = 10 * 60_000;
/** A fault comes with every letter that somebody types; whoever runs the server hears of it this often. */
const REPORTED_MS = 10 * 60_000;
/** The tokens of more people are forgotten; they are asked for again. */
const MAX_KEPT = 1000;
/** Graph's smallest; those that lie in Entra alone can be of any size. */
const PHOTO_SIZE = '48x48';
const MAX_PHOTO_BYTES = 100_000;
/** What photos are, and a browser shows without running anything in it. */
const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/gif'];

const users = z.object({
  value: z.array(
    z.object({
      id: z.string().min(1),
      displayName: z.string().nullish(),
      mail: z.string().nullish(),
      userPrincipalName: z.string().nullish(),
    }),
  ),
});
const objects = z.object({ value: z.array(z.object({ id: z.string() })), '@odata.nextLink': z.string().optional() });

/** Each is throttled for itself: too many photos are no reason to find nobody. */
type Part = 'directory' | 'photos';

interface GraphOptions {
  clientId: string;
  clientSecret: string;
  /** Of Entra, without a slash at the end. */
  authority: string;
  now: () => Date;
  /** How Microsoft is asked. */
  fetch?: typeof fetch;
  /** Tells whoever runs the server why the directory cannot be asked: most of it only they can mend. */
  report: (fault: string) => void;
}

/**
 * The people and teams of a tenant by Microsoft Graph, on behalf of whoever asks; the only importer of msal. Of a team
 * only what the caller is in it themselves is asked (`/me/ownedObjects`, `/me/memberOf`): for that `User.Read` is enough,
 * where reading a team's list of owners needs an administrator's consent.
 */
export function openGraph({ clientId, clientSecret, authority, now, report, ...rest }: GraphOptions): Directory {
  const given = rest.fetch ?? fetch;
  const outgoing = (url: string, init: RequestInit): Promise<Response> =>
    given(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const graph = GRAPHS[new URL(authority).host] ?? GRAPHS['login.microsoftonline.com']!;
  const application = new ConfidentialClientApplication({
    auth: { clientId, clientSecret, authority: `${authority}/common` },
    system: { networkClient: networkClient(outgoing), disableInternalRetries: true },
  });
  const asked = new Map<string, Promise<string>>();
  const busyUntil = new Map<string, number>();
  const keptPhoto = keepPhotos(now);
  const reported = new Map<string, number>();
  let kept = 0;

  function unable(reason: DirectoryError['reason'], cause: unknown): DirectoryError {
    const fault = faultOf(cause);
    const at = now().getTime();
    if ((reported.get(fault) ?? 0) <= at - REPORTED_MS) {
      if (reported.size >= MAX_KEPT) reported.clear();
      reported.set(fault, at);
      report(fault);
    }
    return new DirectoryError(reason, cause);
  }

  /** A token for Graph, kept by msal as long as it is good. Those who ask at the same moment share one request. */
  function tokenFor(assertion: string, tenantId: string): Promise<string> {
    const pending = asked.get(assertion);
    if (pending) return pending;
    const fresh = exchange(assertion, tenantId).finally(() => asked.delete(assertion));
    asked.set(assertion, fresh);
    return fresh;
  }

  async function exchange(assertion: string, tenantId: string): Promise<string> {
    const scopes = SCOPES.map((scope) => `${graph}/${scope}`);
    const request = { authority: `${authority}/${tenantId}`, oboAssertion: assertion, scopes };
    try {
      const result = await application.acquireTokenOnBehalfOf(request);
      if (!result) throw new Error('Entra answered without a token');
      if (!result.fromCache && ++kept % MAX_KEPT === 0) application.clearCache();
      return result.accessToken;
    } catch (error) {
      const isConsent = error instanceof InteractionRequiredAuthError || /AADSTS65001\b/.test(String(error));
      throw unable(isConsent ? 'consent_required' : 'unavailable', error);
    }
  }

  /** Asks Graph; null when there is nothing at the address. */
  async function ask(assertion: string, address: string, part: Part): Promise<Response | null> {
    const tenantId = String(decodeJwt(assertion).tid);
    const place = `${tenantId}/${part}`;
    const busy = () => (busyUntil.get(place) ?? 0) > now().getTime();
    if (busy()) throw new DirectoryError('unavailable', new Error('Graph asked to be left alone for a while'));
    const token = await tokenFor(assertion, tenantId);
    const headers = { Authorization: `Bearer ${token}`, ConsistencyLevel: 'eventual' };
    const response = await outgoing(address, { headers }).catch((error) => {
      throw unable('unavailable', error);
    });
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404) return null;
    if (response.status === 429 || response.status === 503) {
      busyUntil.set(place, now().getTime() + waitOf(response));
    }
    const reason = response.status === 403 ? 'consent_required' : 'unavailable';
    throw unable(reason, new Error(`Graph answered ${response.status}`));
  }

  async function read<T>(assertion: string, address: string, schema: z.ZodType<T>): Promise<T> {
    const response = await ask(assertion, address, 'directory');
    try {
      return schema.parse(await response?.json());
    } catch (error) {
      throw unable('unavailable', error);
    }
  }

  /** What is too large or no picture would be so the next time, too: there is none. */
  async function readPhoto(assertion: string, personId: string): Promise<Photo | null> {
    const person = encodeURIComponent(personId);
    const response = await ask(assertion, `${graph}/v1.0/users/${person}/photos/${PHOTO_SIZE}/$value`, 'photos');
    const bytes = response && (await bytesOf(response, MAX_PHOTO_BYTES));
    const contentType = bytes ? (await fileTypeFromBuffer(bytes))?.mime : undefined;
    return bytes && contentType && PHOTO_TYPES.includes(contentType) ? { contentType, bytes } : null;
  }

  /** Whether a relation of the caller to directory objects has one with this id. */
  async function has(assertion: string, relation: string, id: string): Promise<boolean> {
    let address: string | undefined = `${graph}/v1.0/me/${relation}?$select=id&$top=999`;
    for (let page = 0; address !== undefined && page < MAX_PAGES; page++) {
      const { value, '@odata.nextLink': next }: z.infer<typeof objects> = await read(assertion, address, objects);
      if (value.some((one) => one.id.toLowerCase() === id.toLowerCase())) return true;
      // It carries the caller's token, so it goes nowhere else.
      address = next?.startsWith(`${graph}/`) ? next : undefined;
    }
    return false;
  }

  return {
    async findPeople(assertion, search) {
      const text = search.replace(/["\\]/g, ' ').trim();
      if (text === '') return [];
      const fields = /\s/.test(text) ? ['displayName'] : ['displayName', 'mail', 'userPrincipalName'];
      const query = new URLSearchParams({
        $search: fields.map((field) => `"${field}:${text}"`).join(' OR '),
        $select: 'id,displayName,mail,userPrincipalName',
        $top: String(MAX_FOUND),
      });
      const { value } = await read(assertion, `${graph}/v1.0/users?${query}`, users);
      return value.map(({ id, displayName, mail, userPrincipalName }) => {
        const email = mail || userPrincipalName || '';
        return { id: id.toLowerCase(), name: (displayName || email).slice(0, 255), email: email.slice(0, 255) };
      });
    },
    async teamRole(assertion, teamId) {
      if (await has(assertion, 'ownedObjects', teamId)) return 'owner';
      return (await has(assertion, 'memberOf', teamId)) ? 'member' : null;
    },
    async photo(assertion, personId) {
      const { tid, oid, idp } = decodeJwt(assertion);
      // Who has not allowed it gets nothing that the consent of others has brought.
      await tokenFor(assertion, String(tid));
      // A guest (whose token names another provider) may be shown less of a tenant than its own people.
      const viewer = idp === undefined ? tid : `${tid}/${oid}`;
      return keptPhoto(`${viewer}/${personId}`, () => readPhoto(assertion, personId));
    },
  };
}

/** A fault as Entra words it, without the ids of this one request. */
function faultOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const worded = /AADSTS\d+:.*/.exec(text)?.[0] ?? text;
  return worded.split(/\s*(?:Trace ID|Correlation ID|Timestamp):/)[0]!.slice(0, 300);
}

/** The body of an answer; null when it is longer than that. */
async function bytesOf(response: Response, most: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > most) return null;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new DirectoryError('unavailable', error);
  }
  return Buffer.concat(chunks);
}

/** How long to wait, as an answer says: in seconds or by a date. */
function waitOf({ headers }: Response): number {
  const said = headers.get('Retry-After') ?? '';
  const ms = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Math.min(Number.isNaN(ms) || ms <= 0 ? BUSY_MS : ms, MAX_BUSY_MS);
}

/** How msal asks Entra: in the same way as everything else here. */
function networkClient(outgoing: (url: string, init: RequestInit) => Promise<Response>): INetworkModule {
  const send = async <T>(method: string, url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> => {
    const { headers = {}, body } = options ?? {};
    const response = await outgoing(url, { method, headers, ...(body !== undefined && { body }) });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: (await response.json().catch(() => ({ error: 'server_error', error_description: 'No JSON' }))) as T,
    };
  };
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}
