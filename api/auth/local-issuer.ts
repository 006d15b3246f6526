import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { fail } from '../contract/errors.ts';
import type { Role } from '../contract/people.ts';
import type { Identity } from '../core/members.ts';
import { TEAMS_CLIENTS, type TokenRules } from './entra-token.ts';

/** The tenant of everybody who signs in without Entra. */
export const LOCAL_TENANT = '00000000-0000-4000-8000-00000000dead';
const AUDIENCE = 'local';
const VALID_SECONDS = 3600;

/** Somebody of the demo, with what they are there. */
export interface LocalPerson extends Identity {
  role: Role;
}

/** Signs people in without a cloud account, on a laptop: who claims to be one of these people is believed. */
export interface LocalIssuer {
  people: LocalPerson[];
  /** 404 for somebody whom it does not know. */
  token: (personId: string) => Promise<{ token: string; expiresOn: string }>;
  /** How its tokens are checked: by the same code as those of Entra. */
  rules: TokenRules;
}

/** Its keys live as long as the process: a restart asks everybody to sign in again, which the tab does by itself. */
export async function createLocalIssuer(people: LocalPerson[], now: () => Date): Promise<LocalIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = 'local';
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] });
  const issuerOf = (tenantId: string) => `local/${tenantId}/v2.0`;
  return {
    people,
    rules: { keys, issuerOf, audience: AUDIENCE, tenants: [LOCAL_TENANT], now },
    async token(personId) {
      const person = people.find(({ id }) => id === personId);
      if (!person) return fail('not_found', 'There is nobody with this id among the people of the demo.');
      const { tenantId, id, name, email } = person;
      const at = Math.floor(now().getTime() / 1000);
      const claims = { ver: '2.0', tid: tenantId, oid: id, name, email, scp: 'access_as_user', azp: TEAMS_CLIENTS[1] };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .setIssuer(issuerOf(tenantId))
        .setAudience(AUDIENCE)
        .setIssuedAt(at)
        .setNotBefore(at)
        .setExpirationTime(at + VALID_SECONDS)
        .sign(privateKey);
      return { token, expiresOn: new Date((at + VALID_SECONDS) * 1000).toISOString() };
    },
  };
}
