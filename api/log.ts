import { DrizzleQueryError } from 'drizzle-orm/errors';
import { pino, type DestinationStream, type Logger } from 'pino';
import postgres from 'postgres';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One JSON object a line. Tokens and passwords never pass, whatever an object logged holds. */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['authorization', 'password', 'token', '*.authorization', '*.password', '*.token'],
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * An error as it may be logged. What Postgres says quotes values of rows ("Key (email)=(…) already exists", "invalid
 * input syntax for type integer: …"), so of its errors only codes and names are kept; of others the first line is.
 */
export function describeError(error: unknown): Record<string, unknown> {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  if (cause instanceof postgres.PostgresError) {
    const { code, severity, routine, schema_name, table_name, column_name, constraint_name } = cause;
    return { type: 'PostgresError', code, severity, routine, schema_name, table_name, column_name, constraint_name };
  }
  if (!(cause instanceof Error)) return { type: typeof cause };
  const code = (cause as { code?: unknown }).code;
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: cause.name,
    ...(typeof code === 'string' ? { code } : {}),
    // A SyntaxError quotes the text it could not parse.
    ...(cause instanceof SyntaxError ? {} : { message: cause.message.split('\n')[0]?.slice(0, 300) }),
    stack: frames.slice(0, 12).map((line) => line.trim()),
  };
}
