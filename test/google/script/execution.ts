import type { Account } from '../accounts/people.ts';
import type { SheetDocument } from './documents.ts';
import type { ScriptInstall } from './install.ts';
import type { ScriptProject } from './project.ts';
import type { ScriptRuntime } from './runtime.ts';
import type { AuthMode } from './scopes.ts';
import type { ScriptLock } from './script-lock.ts';
import { ReadCache } from './read-cache.ts';
import { ServiceError } from './service-error.ts';

/** Where an execution comes from: decides its time limit, its authorisation and what counts against quotas. */
export type ExecutionKind =
  'simple' | 'trigger' | 'menu' | 'client' | 'editor' | 'dialog' | 'card' | 'custom-function' | 'load';

/** Milliseconds of the clock. Source: Google's quota page, guides for simple triggers and card actions. */
const timeLimit = (kind: ExecutionKind): number =>
  kind === 'simple' || kind === 'card' || kind === 'custom-function' ? 30_000 : 360_000;

let lastId = 0;

/** One run of a script function. Services get it as their first argument. */
export class Execution {
  readonly id = ++lastId;
  readonly startedAt: number;
  readonly deadline: number;
  readonly locks = new Set<ScriptLock>();
  readonly log: string[] = [];
  /** A write that Sheets refuses late: thrown by the next flush, read or end of the run. */
  lateError: ServiceError | null = null;
  readonly cache = new ReadCache();
  ended = false;
  /** Real time of the last sign of life, for the watchdog. */
  lastSign = Date.now();
  /** Host calls being answered: 0 or 1. */
  pendingCalls = 0;
  #blocks = 0;
  /** Set by the runtime: ends the execution at once. */
  kill: (why?: Error) => void = () => {};

  constructor(
    readonly runtime: ScriptRuntime,
    readonly install: ScriptInstall,
    readonly fn: string,
    readonly kind: ExecutionKind,
    readonly mode: AuthMode,
    /** As whom it runs. */
    readonly user: Account,
    /** Who is at the keyboard; null where Google does not tell the script. */
    readonly actor: Account | null,
  ) {
    this.startedAt = runtime.clock.now();
    this.deadline = this.startedAt + timeLimit(kind);
  }

  get project(): ScriptProject {
    return this.install.project;
  }

  get document(): SheetDocument | null {
    return this.install.document;
  }

  /** The document of that id, if the person this runs as may open it. */
  open(id: string): SheetDocument {
    const document = this.runtime.documents.get(id);
    if (!document) {
      throw new ServiceError(`Requested entity was not found.`);
    }
    if (document.rightOf(this.user) === 'none') {
      throw new ServiceError('You do not have permission to access the requested document.');
    }
    return document;
  }

  /** Waits on the virtual clock now: the clock may jump once every execution does. */
  blocked(): void {
    this.#blocks++;
    this.runtime.changed();
  }

  unblocked(): void {
    this.#blocks--;
  }

  get isBlocked(): boolean {
    return this.#blocks > 0;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { clock } = this.runtime;
      const wake = (): void => {
        this.unblocked();
        resolve();
      };
      clock.at(clock.now() + ms, wake, { blocking: true });
      this.blocked();
    });
  }

  /** Throws the error of an earlier write, once. */
  flush(): void {
    const error = this.lateError;
    this.lateError = null;
    if (error) throw error;
  }
}
