import type { Account } from '../accounts/people.ts';
import type { Issuer } from '../accounts/issuer.ts';
import type { Clock } from './clock.ts';
import type { SheetDocument } from './documents.ts';
import type { EntrySpec } from './engine/messages.ts';
import { WorkerPool } from './engine/pool.ts';
import { Execution, type ExecutionKind } from './execution.ts';
import type { ScriptInstall } from './install.ts';
import type { Network } from './network.ts';
import { Quotas } from './quotas.ts';
import { type AuthMode, checkAuthorisation } from './scopes.ts';
import { ScriptError, ServiceError } from './service-error.ts';
import { SheetError } from '../workbook/errors.ts';
import { services } from './services/index.ts';
import type { ScriptLock } from './script-lock.ts';

/** Source: Google's quota page, "simultaneous executions per user". */
const EXECUTIONS_PER_USER = 30;

/**
 * Called before every host call of a running script. It may wait (another execution or a person acts meanwhile), throw
 * (the script sees the error) or kill the execution.
 */
export type HostCallHook = (execution: Execution, method: string) => void | Promise<void>;

export interface StartRequest {
  install: ScriptInstall;
  kind: ExecutionKind;
  mode: AuthMode;
  entry: EntrySpec;
  user: Account;
  actor?: Account | null;
}

/** Runs scripts: starts executions in workers, answers their calls, keeps them within Google's limits. */
export class ScriptRuntime {
  readonly pool = new WorkerPool();
  readonly quotas: Quotas;
  readonly documents = new Map<string, SheetDocument>();
  readonly locks = new Map<string, ScriptLock>();
  readonly running = new Set<Execution>();
  beforeHostCall: HostCallHook | null = null;
  /** The same after the call had its effect, before the script learns of it. */
  afterHostCall: HostCallHook | null = null;
  /** Makes refused writes throw at the next flush or read instead of at once; Google does either. */
  lateWriteErrors = false;
  /** Virtual milliseconds a host call takes; 0 unless a test wants runs to be slow. */
  callCost: ((method: string) => number) | null = null;
  /** Real milliseconds without a call to a service after which a run counts as an endless loop. */
  watchdogMs = 60_000;
  #waiters: { ready: () => boolean; resolve: () => void }[] = [];
  #pumping = false;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(
    readonly clock: Clock,
    readonly issuer: Issuer,
    readonly network: Network,
  ) {
    this.quotas = new Quotas(() => clock.now());
    clock.settle = () => this.#when(() => [...this.running].every((execution) => execution.isBlocked));
  }

  /** Runs a function to its end; the promise is that of its result (JSON) or error. */
  async start(request: StartRequest): Promise<string | undefined> {
    const { install, kind, mode, entry, user, actor = user } = request;
    const mine = [...this.running].filter((execution) => execution.user.sub === user.sub).length;
    if (mine >= EXECUTIONS_PER_USER) {
      throw new ScriptError(
        'There are too many scripts running simultaneously for this Google user account.',
        'Exception',
        '',
      );
    }
    const fn = entry.kind === 'list' ? '' : entry.fn;
    const execution = new Execution(this, install, fn, kind, mode, user, actor);
    this.running.add(execution);
    if (kind !== 'load') install.counters.add('executions');
    const { files, timeZone } = install.project;
    const { done, kill } = this.pool.run(
      { files, timeZone, clock: this.clock.shared, entry: withSource(entry, install) },
      (method, args) => this.#answer(execution, method, args),
    );
    execution.kill = (why) => {
      // At once, so that a call already on its way has no effect any more.
      execution.ended = true;
      kill(why);
    };
    const limit = this.clock.at(execution.deadline, () => execution.kill(timeExceeded()));
    this.#watch();
    try {
      const value = await done;
      execution.flush();
      return value;
    } finally {
      limit();
      execution.ended = true;
      for (const lock of [...execution.locks]) lock.release(execution);
      if (kind === 'trigger') this.quotas.add(user, 'triggerTime', this.clock.now() - execution.startedAt);
      install.ended(execution);
      this.running.delete(execution);
      this.changed();
    }
  }

  /** Resolves when no execution runs. In virtual time, sleeping executions are slept out. */
  async idle(): Promise<void> {
    // What a finished run sets off (a queued call, a promise continuation) starts within a turn of the loop.
    do {
      await this.#when(() => this.running.size === 0);
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.running.size > 0);
  }

  /** Something began, ended, blocked or woke. */
  changed(): void {
    this.#waiters = this.#waiters.filter(({ ready, resolve }) => {
      if (!ready()) return true;
      resolve();
      return false;
    });
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      const stuck = this.running.size > 0 && [...this.running].every((execution) => execution.isBlocked);
      if (stuck && this.clock.jump()) this.changed();
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#watchdog);
    this.clock.stop();
    for (const execution of this.running) execution.kill();
    await this.pool.close();
  }

  #when(ready: () => boolean): Promise<void> {
    if (ready()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ ready, resolve }));
  }

  async #answer(execution: Execution, method: string, args: string): Promise<string | undefined> {
    execution.install.counters.add('hostCalls');
    execution.pendingCalls++;
    try {
      return await this.#serve(execution, method, args);
    } finally {
      execution.pendingCalls--;
      execution.lastSign = Date.now();
    }
  }

  async #serve(execution: Execution, method: string, args: string): Promise<string | undefined> {
    if (this.beforeHostCall) await this.beforeHostCall(execution, method);
    const cost = this.callCost?.(method) ?? 0;
    if (cost > 0) await execution.sleep(cost);
    if (this.clock.now() >= execution.deadline) execution.kill(timeExceeded());
    // A killed execution must leave no trace after the kill, even if its call was already on the way.
    if (execution.ended) throw new ServiceError('The execution was terminated.');
    checkAuthorisation(method, {
      mode: execution.mode,
      declared: execution.project.manifest.oauthScopes ?? null,
      granted: execution.project.grants.get(execution.user.sub) ?? new Set(),
    });
    const service = services[method as keyof typeof services] as (execution: Execution, ...args: unknown[]) => unknown;
    let result: unknown;
    try {
      result = await service(execution, ...(JSON.parse(args) as unknown[]));
    } catch (error) {
      throw error instanceof SheetError ? new ServiceError(error.message) : error;
    }
    if (this.afterHostCall) await this.afterHostCall(execution, method);
    return result === undefined ? undefined : JSON.stringify(result);
  }

  /** Ends runs that compute for a minute of real time without a call: nothing else could stop an endless loop. */
  #watch(): void {
    if (this.#watchdog) return;
    this.#watchdog = setInterval(() => {
      for (const execution of this.running) {
        const silent = execution.pendingCalls === 0 && Date.now() - execution.lastSign > this.watchdogMs;
        if (silent) execution.kill(timeExceeded());
      }
    }, this.watchdogMs / 12);
    this.#watchdog.unref();
  }
}

/** An event names its spreadsheet itself: in mode NONE the script may not ask for it. */
function withSource(entry: EntrySpec, { document }: ScriptInstall): EntrySpec {
  if (entry.kind !== 'event' || !document) return entry;
  return { ...entry, event: { ...entry.event, source: document.id } };
}

function timeExceeded(): ScriptError {
  return new ScriptError('Exceeded maximum execution time', 'Exception', '');
}
