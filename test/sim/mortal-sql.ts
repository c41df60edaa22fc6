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
}

/** `sql` whose transactions can be cut off at any statement. Statements are counted as they are made. */
export function mortalSql(sql: Sql, mortality: Mortality): Sql {
  const count = () => {
    if (mortality.died) throw new HubDied();
    if (mortality.statements === null) return;
    if (mortality.statements-- > 0) return;
    mortality.statements = null;
    mortality.died = true;
    throw new HubDied();
  };
  const wrap = (tx: TransactionSql, spread: { error?: unknown } = {}): TransactionSql =>
    new Proxy(tx, {
      apply(target, self, parameters) {
        count();
        return Reflect.apply(target as unknown as (...args: unknown[]) => unknown, self, parameters);
      },
      get(target, name) {
        if (name === 'unsafe') {
          return (...parameters: Parameters<Sql['unsafe']>) => {
            count();
            return target.unsafe(...parameters);
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
        return target.begin(options, (tx) => work(wrap(tx)));
      };
    },
  });
}
