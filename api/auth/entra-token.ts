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
  /** What is not right in a token of Entra ID, as whoever set the application up can mend it. */
  function faultIn(payload: JWTPayload): string | undefined {
    const [tenantId, version] = [text(payload, 'tid').toLowerCase(), text(payload, 'ver')];
    const client = text(payload, 'azp');
    const issuedBy = now().getTime() + CLOCK_SKEW_SECONDS * 1000;
    const faults: [boolean, string][] = [
      [version !== '2.0', `Its version is ${version}: set requestedAccessTokenVersion of the application to 2`],
      [payload.aud !== audience, `It is meant for ${payload.aud}, not for ENTRA_CLIENT_ID`],
      [!allowed.has(tenantId), `Its tenant ${tenantId} is not among TENANTS`],
      [payload.iss !== issuerOf(tenantId), `Its issuer is ${payload.iss}, which is not of ENTRA_AUTHORITY`],
      [!text(payload, 'scp').split(' ').includes(SCOPE), `Its scope is ${payload.scp}, without ${SCOPE}`],
      [!TEAMS_CLIENTS.includes(client), `Its client ${client} is not one of Teams`],
      [!GUID.test(text(payload, 'oid').toLowerCase()), 'It names nobody'],
      [!((payload.iat ?? Number.POSITIVE_INFINITY) * 1000 <= issuedBy), 'It is of the future: compare the clocks'],
    ];
    return faults.find(([isWrong]) => isWrong)?.[1].slice(0, 300);
  }
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      audience,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: now(),
      requiredClaims: ['exp', 'nbf', 'iat', 'iss', 'aud', 'tid', 'oid', 'scp', 'azp', 'ver'],
    }).catch((error) => refused(error, faultIn));
    const fault = faultIn(payload);
    if (fault) return notSignedIn(fault);
    const tenantId = text(payload, 'tid').toLowerCase();
    const id = text(payload, 'oid').toLowerCase();
    const email = text(payload, 'email') || text(payload, 'preferred_username');
    return { tenantId, id, name: text(payload, 'name') || email || id, email };
  };
}

const text = (payload: JWTPayload, claim: string): string => {
  const value = payload[claim];
  return typeof value === 'string' ? value : '';
};

/** What a bad token is answered; that the keys could not be fetched is no fault of the token. */
function refused(error: unknown, faultIn: (payload: JWTPayload) => string | undefined): never {
  // Its signature was good, so it is one of Entra ID.
  if (error instanceof errors.JWTClaimValidationFailed) return notSignedIn(faultIn(error.payload));
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

/** @param fault of a token that Entra ID has really given; for the log, never for the caller */
export const notSignedIn = (fault?: string): never =>
  fail('unauthorized', 'Sign in again: the access token is missing or not valid.', { cause: fault });
