import { createRemoteJWKSet } from 'jose';
import { type SignIn, tokenSignIn } from './entra-token.ts';
import { createLocalIssuer, type LocalIssuer, type LocalPerson } from './local-issuer.ts';

interface SignInOptions {
  /** Of our application in Entra; without it the local issuer signs in. */
  clientId: string | undefined;
  /** Of Entra, without a slash at the end. */
  authority: string;
  tenants: string[];
  /** Whom the local issuer knows. */
  localPeople: LocalPerson[];
  now: () => Date;
}

/** How people sign in: with Entra ID, or, on a laptop, as one of the people of the demo. */
export async function openSignIn({ clientId, authority, tenants, localPeople, now }: SignInOptions): Promise<{
  signIn: SignIn;
  localIssuer?: LocalIssuer;
}> {
  if (clientId === undefined) {
    const localIssuer = await createLocalIssuer(localPeople, now);
    return { signIn: tokenSignIn(localIssuer.rules), localIssuer };
  }
  const keys = createRemoteJWKSet(new URL(`${authority}/common/discovery/v2.0/keys`));
  const issuerOf = (tenantId: string) => `${authority}/${tenantId}/v2.0`;
  return { signIn: tokenSignIn({ keys, issuerOf, audience: clientId, tenants, now }) };
}
