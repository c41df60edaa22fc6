/** An answer of the Sheets API that is no success. */
export class SheetsError extends Error {
  constructor(
    /** HTTP status; 0: no answer came. */
    readonly status: number,
    /** Google's sentence: for the log, and to tell refusals apart. */
    readonly reason: string,
  ) {
    super(`The Sheets API answered ${status}: ${reason}`);
    this.name = 'SheetsError';
  }

  /** Index of the request that Sheets refuses, and with it its whole batch; null where that is not told. */
  get request(): number | null {
    const named = REQUEST.exec(this.reason);
    return named && Number(named[1]);
  }

  /** Google's sentence without the name of the request: why, in words that a person may read. */
  get sentence(): string {
    return this.reason.replace(REQUEST, '');
  }
}

/** `Invalid requests[3].deleteDimension: …`; what follows may be in the account's language. */
const REQUEST = /^Invalid requests\[(\d+)\](?:\.\w+)*:\s*/;

/** Times a call is tried, with pauses of about 1, 2, 4 and 8 seconds between; Google asks for truncated backoff. */
const TRIES = 5;
/** With 16 and 32 more: a quota is one of a minute. */
const QUOTA_TRIES = 7;
const LONGEST_PAUSE_MS = 64_000;

export interface CallOptions {
  /** Doing it twice is doing it once. Else only what surely was not done (429) is tried again. */
  repeatable: boolean;
  /** Waits so many milliseconds. */
  wait: (ms: number) => Promise<unknown>;
  /** Called right before each try; ends the call by throwing. */
  before?: () => void;
}

/**
 * Calls the API, waiting out its quota and its short outages.
 * @throws SheetsError with what it finally answered
 */
export async function callSheets<T>(
  send: () => Promise<{ data: T }>,
  { repeatable, wait, before }: CallOptions,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    before?.();
    try {
      return (await send()).data;
    } catch (error) {
      const failed = toSheetsError(error);
      const again = failed.status === 429 || (repeatable && (failed.status === 0 || failed.status >= 500));
      if (!again || tries >= (failed.status === 429 ? QUOTA_TRIES : TRIES)) throw failed;
      await wait(Math.min(1000 * 2 ** (tries - 1) + Math.random() * 1000, LONGEST_PAUSE_MS));
    }
  }
}

function toSheetsError(error: unknown): SheetsError {
  const { status, response, message } = error as {
    status?: number;
    response?: { status?: number; data?: { error?: { message?: string } } };
    message?: string;
  };
  return new SheetsError(response?.status ?? status ?? 0, response?.data?.error?.message ?? message ?? 'no answer');
}
