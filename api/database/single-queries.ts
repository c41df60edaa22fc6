import type { Sql } from 'postgres';
import { sendOn, type Line, type Lines, type Sendable } from './lines.ts';

/**
 * The driver's `sql` whose queries each go out on a connection that nothing else uses meanwhile; see lines.ts.
 * `template` makes the queries and never connects. Without cursors: those are for transactions.
 */
export function createSingleQueries(template: Sql, lines: Lines): Sql {
  const send = async (query: Sendable): Promise<void> => {
    let line: Line;
    try {
      line = await lines.take();
    } catch (error) {
      query.reject(error);
      return;
    }
    // First: it hears before the others that the connection is lost.
    sendOn(line, query, handlerOf(line.client));
    query.then(
      (answer) => {
        line.ready = true;
        // Of a COPY only the stream is there; its connection is free when the stream is closed.
        if ((query as { streaming?: boolean }).streaming)
          (answer as NodeJS.EventEmitter).once('close', () => lines.give(line));
        else lines.give(line);
      },
      () => lines.give(line),
    );
  };
  const redirect = <Q>(made: Q): Q => {
    if (!isSendable(made)) return made;
    made.handler = (query) => void send(query);
    return Object.assign(made, {
      cursor: () => {
        throw new Error('a cursor needs a transaction');
      },
    });
  };
  return new Proxy(template, {
    apply: (target, self, parameters) => redirect(Reflect.apply(target, self, parameters) as unknown),
    get: (target, name) => {
      if (name === 'unsafe')
        return (...parameters: Parameters<Sql['unsafe']>) => redirect(target.unsafe(...parameters));
      return Reflect.get(target, name) as unknown;
    },
  });
}

/** What a client does with a query that is to be sent. */
const handlerOf = (client: Sql): Sendable['handler'] => (client.unsafe('') as unknown as Sendable).handler;

const isSendable = (made: unknown): made is Sendable =>
  made instanceof Promise && typeof (made as Partial<Sendable>).handler === 'function';
