import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { TandemError } from '../../shared/protocol/error.ts';

/** Who an identity token proves to be calling. */
export interface Identity {
  /** Stable id of the person at the issuer. */
  sub: string;
  /** Lower case; null unless the issuer says it verified the address. */
  email: string | null;
}

/** Verifies a token or throws `not_signed_in` (the token is at fault) or `identity_unavailable` (the issuer is). */
export type IdentityVerifier = (token: string) => Promise<Identity>;

export interface IdentityOptions {
  /** `iss` of the tokens. Google writes its own with and without `https://`; both are then accepted. */
  issuer: string;
  /** Where the issuer publishes its keys. Google: https://www.googleapis.com/oauth2/v3/certs */
  jwksUrl: string;
  /** OAuth client ids whose tokens are meant for this server. A token for another app proves nothing here. */
  audiences: readonly string[];
  /** Now, for expiry; tests move it. */
  now?: () => Date;
  /** Keys given directly, in place of the JWKS address. */
  keys?: JWTVerifyGetKey;
}

/** Seconds by which the issuer's clock and ours may differ. */
const CLOCK_TOLERANCE = 30;

const SIGN_IN_AGAIN =
  'Your sign-in was not accepted. Close and open the Tandem sidebar to sign in again; if that does not help, ask your admin to check TANDEM_AUDIENCES on the server.';
const EXPIRED = 'Your sign-in has expired. Close and open the Tandem sidebar to sign in again.';
const NO_KEYS =
  'The server could not reach the sign-in service to check who you are. Nothing was changed; try again in a minute.';

/**
 * A verifier of OpenID Connect identity tokens, as `ScriptApp.getIdentityToken()` gives them. Keys are fetched from the
 * issuer when first needed, kept, and fetched again when a token names one that is not known.
 */
export function createIdentityVerifier(options: IdentityOptions): IdentityVerifier {
  const keys =
    options.keys ?? createRemoteJWKSet(new URL(options.jwksUrl), { timeoutDuration: 5_000, cooldownDuration: 10_000 });
  const issuer = acceptedIssuers(options.issuer);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: [...options.audiences],
        // Signatures only: never `none`, never a shared secret that the public key could be passed off as.
        algorithms: ['RS256', 'ES256'],
        requiredClaims: ['sub', 'exp', 'aud', 'iss'],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: options.now?.() ?? new Date(),
      });
      const verified = payload['email_verified'] === true || payload['email_verified'] === 'true';
      const email = payload['email'];
      return {
        sub: String(payload.sub),
        email: verified && typeof email === 'string' && email !== '' ? email.toLowerCase() : null,
      };
    } catch (error) {
      throw asTandemError(error);
    }
  };
}

function acceptedIssuers(issuer: string): string[] {
  const bare = issuer.replace(/^https:\/\//, '');
  return bare === 'accounts.google.com' ? [bare, `https://${bare}`] : [issuer];
}

/** Faults of the token are the caller's; everything else is the key server's or the network's, and passes. */
function asTandemError(error: unknown): TandemError {
  if (error instanceof errors.JWTExpired) return new TandemError('not_signed_in', EXPIRED);
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
    const refused = new TandemError('not_signed_in', SIGN_IN_AGAIN);
    // For the server's log: nothing that a script's owner can look at says what its client id is.
    refused.cause = new Error(`the token is for "${String(error.payload.aud)}", which TANDEM_AUDIENCES does not name`);
    return refused;
  }
  if (
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported
  ) {
    return new TandemError('not_signed_in', SIGN_IN_AGAIN);
  }
  const unavailable = new TandemError('identity_unavailable', NO_KEYS, { retryAfter: 30 });
  unavailable.cause = error;
  return unavailable;
}
