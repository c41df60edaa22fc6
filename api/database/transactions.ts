import postgres, { type Sql, type TransactionSql } from 'postgres';
import { sendOn, type Line, type Lines, type Sendable } from './lines.ts';

/** Runs `work` in a transaction, on a connection that nothing else uses meanwhile; see lines.ts. */
export async function runOnLine<T>(
  lines: Lines,
  options: string,
  work: (tx: TransactionSql) => Promise<T>,
): Promise<T> {
  const line = await lines.take();
  try {
    return await runTransaction(line, options, work);
  } finally {
    lines.give(line);
  }
}

/**
 * BEGIN is not waited for, and COMMIT goes out behind statements that nobody waited for: the server does one after the
 * other, so each transaction saves its first and, where the work allows it, its last round trip.
 */
async function runTransaction<T>(line: Line, options: string, work: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const state: State = { line, over: false, savepoints: 0 };
  const scope: Scope = { failed: undefined };
  try {
    const begun = start(send(state, line.client.unsafe(`begin ${options.replace(/[^a-z ]/gi, '')}`), scope));
    // A connection that is still being made may fail, and the driver would then try the next statement on another.
    if (!line.ready) await begun;
    line.ready = true;
    let result: T;
    try {
      result = await work(guard(state, scope));
      // A statement failed and nobody minded: the server has given the transaction up, and would answer COMMIT with
      // ROLLBACK without calling it an error.
      if (scope.failed !== undefined) throw scope.failed;
    } catch (error) {
      if (!line.lost) await send(state, line.client.unsafe('rollback')).catch(() => (line.lost = true));
      // That the transaction was given up is only what became of the failure before it.
      throw isGivenUp(error) && scope.failed !== undefined ? scope.failed : error;
    }
    await send(state, line.client.unsafe('commit'));
    // The same for a statement that was answered only now.
    if (scope.failed !== undefined) throw scope.failed;
    return result;
  } finally {
    state.over = true;
  }
}

/** Sends a query now; whoever minds its failure finds it in the scope. */
function start<Q extends Promise<unknown>>(query: Q): Q {
  query.catch(() => {});
  return query;
}

const isGivenUp = (error: unknown): boolean => error instanceof postgres.PostgresError && error.code === '25P02';

interface State {
  line: Line;
  over: boolean;
  savepoints: number;
}

/** First failure of a statement sent through one `tx` object. */
interface Scope {
  failed: unknown;
}

/** Lets a query out only while its connection lives and its transaction runs. */
function send<Q extends Promise<unknown>>(state: State, query: Q, scope?: Scope): Q {
  if (typeof (query as Partial<Sendable>).handler !== 'function') return query;
  const sendable = query as unknown as Sendable;
  const handler = sendable.handler;
  sendable.handler = (q) => {
    if (scope !== undefined) sendable.catch((error: unknown) => (scope.failed ??= error));
    if (state.over && !state.line.lost) q.reject(new Error('a statement was sent after its transaction had ended'));
    else sendOn(state.line, q, handler);
  };
  return query;
}

function guard(state: State, scope: Scope): TransactionSql {
  const { client } = state.line;
  const tagged = (...parameters: unknown[]) => {
    const made: unknown = (client as unknown as (...args: unknown[]) => unknown)(...parameters);
    return made instanceof Promise ? send(state, made, scope) : made;
  };
  return Object.assign(tagged, {
    types: client.types,
    typed: client.typed,
    array: client.array,
    json: client.json,
    options: client.options,
    parameters: client.parameters,
    unsafe: (...parameters: Parameters<Sql['unsafe']>) => send(state, client.unsafe(...parameters), scope),
    file: (...parameters: Parameters<Sql['file']>) => send(state, client.file(...parameters), scope),
    notify: (channel: string, payload: string) => tagged`select pg_notify(${channel}, ${payload})`,
    savepoint: (...parameters: unknown[]) =>
      runSavepoint(state, scope, parameters.at(-1) as (tx: TransactionSql) => unknown),
    prepare: () => {
      throw new Error('two-phase commit is not supported');
    },
  }) as unknown as TransactionSql;
}

/**
 * A trigger function keeps the plans that its session made, and PL/pgSQL does not make them anew when the type of a
 * column it reads changes: in that session it fails from then on, whatever the row. So they are thrown away, and the
 * work is done once more.
 */
async function runSavepoint(state: State, outer: Scope, work: (tx: TransactionSql) => unknown): Promise<unknown> {
  try {
    return await trySavepoint(state, outer, work);
  } catch (error) {
    if (!isStalePlan(error)) throw error;
    start(send(state, state.line.client.unsafe('discard plans'), outer));
    return trySavepoint(state, outer, work);
  }
}

/** "type of parameter … does not match that when preparing the plan": only the routine tells it from other mismatches. */
function isStalePlan(error: unknown): boolean {
  if (!(error instanceof postgres.PostgresError) || error.code !== '42804') return false;
  return /^(plpgsql_param_eval|ExecEvalParamExtern)/.test(error.routine ?? '');
}

async function trySavepoint(state: State, outer: Scope, work: (tx: TransactionSql) => unknown): Promise<unknown> {
  const { client } = state.line;
  const name = `s${state.savepoints++}`;
  start(send(state, client.unsafe(`savepoint ${name}`), outer));
  const inner: Scope = { failed: undefined };
  try {
    const made = work(guard(state, inner));
    const result = await (Array.isArray(made) ? Promise.all(made) : made);
    if (inner.failed !== undefined) throw inner.failed;
    // Not kept open: hundreds of them within each other slow every statement down.
    start(send(state, client.unsafe(`release savepoint ${name}`), outer));
    return result;
  } catch (error) {
    if (!state.line.lost) {
      await send(state, client.unsafe(`rollback to savepoint ${name}`), outer);
      start(send(state, client.unsafe(`release savepoint ${name}`), outer));
    }
    throw isGivenUp(error) && inner.failed !== undefined ? inner.failed : error;
  }
}
