import { DrizzleQueryError } from 'drizzle-orm/errors';
import { TandemError } from '../../shared/protocol/error.ts';

/** Codes of Node and postgres.js for a connection that could not be made or was lost. */
const CONNECTION_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOENT', // no server at its Unix socket
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * The error of the closed list that a database error stands for wherever it happens; null where it means something only
 * to the statement that met it (constraint, type, permission).
 */
export function toTandemError(error: unknown): TandemError | null {
  const code = databaseErrorCode(error);
  if (code === null) return null;
  if (code === '25006') {
    return new TandemError(
      'database_unavailable',
      'The database takes no changes at the moment: it is a read-only copy, or set to be read-only. Nothing was lost: what was not confirmed will be sent again. If it lasts, ask your admin to connect the server to the main database.',
      { retryAfter: 30 },
    );
  }
  if (isUnavailable(code)) {
    return new TandemError(
      'database_unavailable',
      'The database does not answer at the moment. Nothing was lost: what was not confirmed will be sent again.',
      { retryAfter: 10 },
    );
  }
  if (code === '55P03') {
    return new TandemError(
      'busy',
      'Another sync, or another program, is working on the same rows right now. Try again in a few seconds.',
      { retryAfter: 5 },
    );
  }
  if (code === '40001' || code === '40P01') {
    return new TandemError('busy', 'Another change was being saved at the same moment. Try again in a few seconds.', {
      retryAfter: 2,
    });
  }
  if (code === '57014' || code === '25P04') {
    return new TandemError(
      'busy',
      'The database took too long to answer, so this step was undone. It is tried again; if it happens often, ask your admin to look for long-running queries.',
      { retryAfter: 15 },
    );
  }
  return null;
}

/**
 * The same for an error that ended a whole request, where no statement waits for it any more: a right that is missing is
 * told to those who can grant it.
 */
export function explainFailure(error: unknown): TandemError | null {
  const code = databaseErrorCode(error);
  // RAISE in somebody's code: an event trigger that watches over the schema, as rows have refusals of their own.
  if (code === 'P0001') {
    const said = (error as Error).message.split('\n')[0]!.slice(0, 300);
    return new TandemError(
      'table_unsuitable',
      `The database does not let the server do this: “${said}”. Ask your admin to allow it. Nothing was changed.`,
    );
  }
  if (code !== '42501') return toTandemError(error);
  return new TandemError(
    'table_unsuitable',
    "The server's database user lacks a right on this table. Ask your admin to grant it SELECT, INSERT, UPDATE and DELETE on the table, and USAGE on its schema. Nothing was lost.",
  );
}

/** What a person reads where a lock on the table itself was waited for in vain. */
export function tableInUse(table: string): TandemError {
  const message = `Another program has been at work on the table "${table}" for a while, and it can't be changed meanwhile. Nothing was changed. Try again in a minute; if it goes on, ask your admin to look for long transactions on it.`;
  return new TandemError('busy', message, { retryAfter: 30 });
}

/** SQLSTATE, or the code of a lost connection; null for errors that are no database's. */
export function databaseErrorCode(error: unknown): string | null {
  let cause = error;
  while (cause instanceof DrizzleQueryError) cause = cause.cause;
  if (!(cause instanceof Error)) return null;
  const code = (cause as { code?: unknown }).code;
  return typeof code === 'string' ? code : null;
}

function isUnavailable(code: string): boolean {
  return (
    CONNECTION_CODES.has(code) ||
    code.startsWith('08') || // connection exceptions
    code.startsWith('53') || // out of connections, memory, disk
    code.startsWith('57P') || // shutting down, crashed, starting up, database dropped
    code.startsWith('58') || // I/O errors
    code.startsWith('28') || // the server no longer takes our password
    code === '3D000' // the database is gone
  );
}
