import type { Sql, TransactionSql } from 'postgres';
import { isRowError } from '../../api/sync/row-error.ts';

/** Thrown in the middle of a hub transaction: the process died there. PostgreSQL rolls the transaction back. */
export class HubDied extends Error {
  constructor() {
    super('the hub died here, as the simulation wanted');
  }
}

/** When the hub dies: after so many statements of its transactions; null: it lives. */
export interface Mortality {
  statements: number | null;
  /** It did die since this was set. */
  died: boolean;
  /** A write that fails in a savepoint makes the later ones of its transaction fail alike (taken away: bisecting). */
  spreads?: boolean;
  interruption?: Interruption | null;
  /** Settles when whoever came in between is done. */
  turn?: Promise<unknown> | null;
}

/** What somebody else does between two statements of the hub's transactions: after so many of them. */
export interface Interruption {
  statements: number;
  act: () => Promise<unknown>;
}

/**
 * Makes a query wait where somebody else comes first, and those behind it wait for their turn. A query begins when it
 * is awaited; where nobody comes, nothing is delayed.
 */
function interrupted<T>(query: T, mortality: Mortality): T {
  const { interruption } = mortality;
  if (interruption) {
    if (interruption.statements-- > 0) return query;
    mortality.interruption = null;
    mortality.turn = interruption.act().finally(() => (mortality.turn = null));
  }
  const { turn } = mortality;
  if (!turn) return query;
  const waiting = query as unknown as Promise<unknown>;
  const begin = waiting.then.bind(waiting) as Promise<unknown>['then'];
  // Its connection may go before its turn comes: who waits for it hears of that then, and the process does not end.
  void Promise.prototype.then.call(waiting, undefined, () => {});
  waiting.then = ((...handlers: Parameters<Promise<unknown>['then']>) =>
    turn.then(() => begin(...handlers))) as Promise<unknown>['then'];
  return query;
}

/** A statement of a dead hub: as a lost connection, it fails when it is waited for, not where it is made. */
function unsent(): Promise<never> {
  const query = Promise.reject(new HubDied());
  query.catch(() => {});
  return Object.assign(query, { cursor: () => throwing() });
}

async function* throwing(): AsyncGenerator<never> {
  throw new HubDied();
}

/** `sql` whose transactions can be cut off at any statement. Statements are counted as they are made. */
export function mortalSql(sql: Sql, mortality: Mortality): Sql {
  const isAlive = (): boolean => {
    if (mortality.died) return false;
    if (mortality.statements === null || mortality.statements-- > 0) return true;
    mortality.statements = null;
    mortality.died = true;
    return false;
  };
  const wrap = (tx: TransactionSql, spread: { error?: unknown } = {}): TransactionSql =>
    new Proxy(tx, {
      apply(target, self, parameters) {
        // A template is a query; a list of names or values is none.
        const isQuery = (parameters as [{ raw?: unknown }])[0].raw !== undefined;
        if (!isAlive() && isQuery) return unsent();
        const query = Reflect.apply(target as unknown as (...args: unknown[]) => unknown, self, parameters);
        return isQuery ? interrupted(query, mortality) : query;
      },
      get(target, name) {
        if (name === 'unsafe') {
          return (...parameters: Parameters<Sql['unsafe']>) => {
            return isAlive() ? interrupted(target.unsafe(...parameters), mortality) : unsent();
          };
        }
        if (name === 'savepoint') {
          return (work: (sp: TransactionSql) => Promise<unknown>) => {
            if (!mortality.spreads) return target.savepoint((sp) => work(wrap(sp)));
            if (spread.error !== undefined) return Promise.reject(spread.error as Error);
            return target
              .savepoint((sp) => work(wrap(sp, spread)))
              .catch((error: unknown) => {
                if (isRowError(error)) spread.error = error;
                throw error;
              });
          };
        }
        return Reflect.get(target, name) as unknown;
      },
    });
  return new Proxy(sql, {
    get(target, name) {
      if (name !== 'begin') return Reflect.get(target, name) as unknown;
      return (
        ...parameters: [string, (tx: TransactionSql) => Promise<unknown>] | [(tx: TransactionSql) => Promise<unknown>]
      ) => {
        const [options, work] = parameters.length === 2 ? parameters : ['', parameters[0]];
        return target.begin(options, async (tx) => {
          const done = await work(wrap(tx));
          // What is sent without being waited for still goes out before COMMIT: those behind it began first.
          await mortality.turn;
          // Nor does a hub send COMMIT that died over a statement nobody waited for.
          if (mortality.died) throw new HubDied();
          return done;
        });
      };
    },
  });
}
