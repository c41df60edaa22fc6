import { exportJWK, generateKeyPair, SignJWT, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { createIdentityVerifier, type IdentityVerifier } from '../../../api/access/identity.ts';

export const ISSUER = 'https://accounts.test';
export const AUDIENCE = 'test-client.apps.googleusercontent.com';

export interface TokenClaims {
  sub: string;
  email?: string;
  email_verified?: boolean;
  iss?: string;
  aud?: string;
  /** Seconds since 1970. */
  iat?: number;
  exp?: number;
}

export interface TestIdentity {
  verify: IdentityVerifier;
  jwks: JSONWebKeySet;
  /** A token as the issuer would sign it, for an hour unless told. */
  token(claims: TokenClaims): Promise<string>;
}

/** An issuer with keys of its own: tokens as Google's are, verified by the API's own verifier. */
export async function createTestIdentity(
  now: () => Date = () => new Date(),
  keys = generateKeyPair('RS256'),
): Promise<TestIdentity> {
  const { publicKey, privateKey } = await keys;
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' }] };
  return {
    jwks,
    verify: createIdentityVerifier({
      issuer: ISSUER,
      jwksUrl: `${ISSUER}/certs`,
      audiences: [AUDIENCE],
      keys: createLocalJWKSet(jwks),
      now,
    }),
    token: ({ sub, ...claims }) => {
      const seconds = Math.floor(now().getTime() / 1000);
      return new SignJWT({ iss: ISSUER, aud: AUDIENCE, iat: seconds, exp: seconds + 3600, ...claims })
        .setSubject(sub)
        .setProtectedHeader({ alg: 'RS256', kid: 'test' })
        .sign(privateKey);
    },
  };
}
