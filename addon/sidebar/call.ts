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

/** Calls the add-on's script. */
export function call<Name extends keyof SidebarApi>(
  name: Name,
  ...args: Parameters<SidebarApi[Name]>
): Promise<ReturnType<SidebarApi[Name]>> {
  return new Promise((resolve, reject) => {
    google.script.run
      .withSuccessHandler((raw) => {
        const answer = raw as RpcAnswer<ReturnType<SidebarApi[Name]>> | null;
        if (answer?.ok) resolve(answer.value);
        else
          reject(
            answer ? new CallError(answer.message, answer.code, answer.consent ?? null) : new CallError(LOST, 'lost'),
          );
      })
      .withFailureHandler(() => reject(new CallError(LOST, 'lost')))
      .rpc(name, args);
  });
}
