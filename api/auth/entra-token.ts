import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { AppError, fail } from '../contract/errors.ts';
import type { Identity } from '../core/members.ts';

/** The programs that ask for a token in somebody's name: Teams, Outlook and Microsoft 365 (learn.microsoft.com, "Tab SSO"). */
export const TEAMS_CLIENTS = [
  '1fec8e78-bce4-4aaf-ab1b-5451cc387264', // Teams, desktop and mobile
  '5e3ce6c0-2b1f-4285-8d4b-75ee78787346', // Teams, web
  '4765445b-32c6-49b0-83e6-1d93765276ca', // Microsoft 365, web
  '0ec893e0-5785-4de6-99da-4ed124e5296c', // Microsoft 365, desktop
  'd3590ed6-52b3-4102-aeff-aad2292ab01c', // Microsoft 365, mobile; Outlook, desktop
  'bc59ab01-8403-45c6-8796-ac3ef710b3e3', // Outlook, web
  '27922004-5251-4030-b22d-91ecd9a37ea4', // Outlook, mobile
];

const SCOPE = 'access_as_user';
/** How far the clocks of two machines may be apart. */
const CLOCK_SKEW_SECONDS = 300;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface TokenRules {
  /** The public keys of the issuer. */
  keys: JWTVerifyGetKey;
  /** The issuer of a tenant's tokens. */
  issuerOf: (tenantId: string) => string;
  /** Our application, whom the token must be meant for. */
  audience: string;
  tenants: string[];
  now: () => Date;
}

/** Who signed in, by the access token that Teams gives to the tab; 401 for every token that is not quite right. */
export type SignIn = (token: string) => Promise<Identity>;

/**
 * Checks an access token of Entra ID, version 2.0 and no other: signature, issuer, audience, times, tenant, scope and
 * client (learn.microsoft.com: "Access tokens", validating tokens). Somebody is `tid` and `oid`; name and mail are shown
 * only.
 */
export function tokenSignIn({ keys, issuerOf, audience, tenants, now }: TokenRules): SignIn {
  const allowed = new Set(tenants.map((tenant) => tenant.toLowerCase()));
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      audience,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: now(),
      requiredClaims: ['exp', 'nbf', 'iat', 'iss', 'aud', 'tid', 'oid', 'scp', 'azp', 'ver'],
    }).catch(refused);
    const tenantId = text(payload, 'tid').toLowerCase();
    const id = text(payload, 'oid').toLowerCase();
    const isRight =
      payload.iss === issuerOf(tenantId) &&
      payload.aud === audience &&
      allowed.has(tenantId) &&
      GUID.test(id) &&
      text(payload, 'ver') === '2.0' &&
      text(payload, 'scp').split(' ').includes(SCOPE) &&
      TEAMS_CLIENTS.includes(text(payload, 'azp')) &&
      (payload.iat ?? Number.POSITIVE_INFINITY) * 1000 <= now().getTime() + CLOCK_SKEW_SECONDS * 1000;
    if (!isRight) return notSignedIn();
    const email = text(payload, 'email') || text(payload, 'preferred_username');
    return { tenantId, id, name: text(payload, 'name') || email || id, email };
  };
}

const text = (payload: JWTPayload, claim: string): string => {
  const value = payload[claim];
  return typeof value === 'string' ? value : '';
};

/** What a bad token is answered; that the keys could not be fetched is no fault of the token. */
function refused(error: unknown): never {
  const isAway =
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    !(error instanceof errors.JOSEError) ||
    error.code === 'ERR_JOSE_GENERIC';
  if (isAway && !(error instanceof TypeError && /Invalid|JWS|JWT/.test(error.message))) {
    throw new AppError('unavailable', 'Microsoft cannot be asked right now whether this sign-in is real. Try again.', {
      cause: error,
      retryAfter: 5,
    });
  }
  return notSignedIn();
}

export const notSignedIn = (): never =>
  fail('unauthorized', 'Sign in again: the access token is missing or not valid.');
