import type { RpcAnswer, SidebarApi } from '../src/rpc.ts';

/** What HtmlService puts into the page: each call answers through one of two handlers. */
interface ScriptRun {
  withSuccessHandler(handler: (answer: unknown) => void): ScriptRun;
  withFailureHandler(handler: (error: Error) => void): ScriptRun;
  rpc(name: string, args: unknown[]): void;
}

declare const google: { script: { run: ScriptRun } };

/** A failed call, with a sentence to show. */
export class CallError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly consent: string | null = null,
  ) {
    super(message);
    this.name = 'CallError';
  }
}

const LOST =
  'The sidebar lost its connection to Google. If you are signed in to several Google accounts in this browser, open the spreadsheet in a window with only one of them; otherwise close this sidebar and open it again.';

const OFFLINE = 'This computer is not connected to the internet. Please try again once it is.';

const LATE =
  'Google did not answer in time. What was done by then holds, and syncing goes on with the next run. Please look again.';

/** Google ends a script after six minutes; no answer comes later than this. */
const LATEST_MS = 7 * 60_000;

/** What HtmlService says where a script was ended comes in the person's language; these are its English words. */
function lost(error: Error | null): CallError {
  if (!navigator.onLine) return new CallError(OFFLINE, 'lost');
  return /execution time|timed out/i.test(error?.message ?? '')
    ? new CallError(LATE, 'late')
    : new CallError(LOST, 'lost');
}

/** Calls the add-on's script. */
export function call<Name extends keyof SidebarApi>(
  name: Name,
  ...args: Parameters<SidebarApi[Name]>
): Promise<ReturnType<SidebarApi[Name]>> {
  return new Promise((resolve, reject) => {
    // Some failures of HtmlService reach no handler: nothing may spin for ever.
    const late = setTimeout(() => reject(new CallError(LATE, 'late')), LATEST_MS);
    google.script.run
      .withSuccessHandler((raw) => {
        clearTimeout(late);
        const answer = raw as RpcAnswer<ReturnType<SidebarApi[Name]>> | null;
        if (answer?.ok) resolve(answer.value);
        else
          reject(
            answer ? new CallError(answer.message, answer.code, answer.consent ?? null) : new CallError(LOST, 'lost'),
          );
      })
      .withFailureHandler((error) => {
        clearTimeout(late);
        reject(lost(error));
      })
      .rpc(name, args);
  });
}
