import { Sentence } from '../sentence.ts';

/** OIDC token of the person this run acts as: proves the person to the API, not the document. */
export function identityToken(): string {
  const token = ScriptApp.getIdentityToken() as string | null;
  if (!token) {
    throw new Sentence(
      'Google did not say who you are, so the server cannot let you in. Choose Extensions > Tandem > Open Tandem and allow access; if syncing runs by itself, press “Repair triggers” there.',
      'not_signed_in',
    );
  }
  return token;
}

/** Address of the person this run acts as, or null where Google does not tell. */
export function runnerEmail(): string | null {
  return Session.getEffectiveUser().getEmail() || null;
}

/** Random id for a run or a mark. */
export function newId(): string {
  return Utilities.getUuid();
}

/** Where the person can allow what they have not allowed yet, or null where nothing is missing. Consent is granular. */
export function consentUrl(): string | null {
  const info = ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL);
  if (info.getAuthorizationStatus() !== ScriptApp.AuthorizationStatus.REQUIRED) return null;
  return info.getAuthorizationUrl();
}
