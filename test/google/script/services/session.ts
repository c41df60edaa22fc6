import type { Execution } from '../execution.ts';

/** Session. Who is at the keyboard is told only where the script may know: never in a simple trigger. */
export const sessionServices = {
  'Session.getActiveUser': ({ actor, mode }: Execution): string => (mode === 'FULL' ? (actor?.email ?? '') : ''),
  'Session.getEffectiveUser': ({ user, mode }: Execution): string => (mode === 'FULL' ? user.email : ''),
  'Session.getActiveUserLocale': ({ actor, user }: Execution): string => (actor ?? user).locale,
  'Session.getTemporaryActiveUserKey': ({ actor, user, project }: Execution): string =>
    Buffer.from(`${(actor ?? user).sub} ${project.id}`).toString('base64'),
  'Session.getScriptTimeZone': ({ project }: Execution): string => project.timeZone,
};
