import type { Context as HonoContext } from 'hono';
import * as v from 'valibot';
import { TandemError } from '../../shared/protocol/error.ts';
import { unstorable } from '../../shared/text-format.ts';
import type { ApiEnv } from './api.ts';

/** Largest body read, in bytes. Messages aim at 1 MB; a first sync of very wide rows may be larger. */
export const BODY_BYTES = 25 * 1024 * 1024;

const TOO_LARGE = `The request is larger than ${BODY_BYTES / 1024 / 1024} MB. Send fewer rows at once.`;

/**
 * The body of a request, checked against its schema, without characters that no Postgres text can hold.
 * @throws TandemError `too_large`, or `bad_request` naming the field
 */
export async function readBody<TSchema extends v.GenericSchema>(
  c: HonoContext<ApiEnv>,
  schema: TSchema,
): Promise<v.InferOutput<TSchema>> {
  return parseInput(schema, await readJson(c));
}

/**
 * A message of a cycle: as a body, but its cells may hold any characters. Those that cannot be stored are refused one by
 * one, on the cell.
 * @throws TandemError `too_large`, or `bad_request` naming the field
 */
export async function readMessage<TSchema extends v.GenericSchema>(
  c: HonoContext<ApiEnv>,
  schema: TSchema,
): Promise<v.InferOutput<TSchema>> {
  return parse(schema, await readJson(c));
}

/**
 * Hono's bodyLimit costs two thirds of the throughput (measured 0.31 of a bare route), so the stated length is looked at
 * first and the stream is only counted where no length is stated.
 */
async function readJson(c: HonoContext<ApiEnv>): Promise<unknown> {
  const stated = c.req.header('content-length');
  if (stated !== undefined && Number(stated) > BODY_BYTES) throw new TandemError('too_large', TOO_LARGE);
  const text = stated === undefined ? await readCounted(c.req.raw.body) : await c.req.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new TandemError('bad_request', 'The request body is not JSON. Update the Tandem add-on and try again.');
  }
}

/**
 * `input` checked against its schema; also for query strings and path parameters.
 * @throws TandemError `bad_request` naming the field, never quoting its value
 */
export function parseInput<TSchema extends v.GenericSchema>(schema: TSchema, input: unknown): v.InferOutput<TSchema> {
  const output = parse(schema, input);
  const field = findUnstorable(output, '');
  if (field === null) return output;
  const message = `The field "${field}" holds characters that a database cannot store. Type that text again.`;
  throw new TandemError('bad_request', message, { field });
}

/** Path of the first text with a NUL or half a character in it; null where there is none. */
function findUnstorable(value: unknown, path: string): string | null {
  if (typeof value === 'string') return unstorable(value) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const found = !unstorable(name) ? findUnstorable(inner, path === '' ? name : `${path}.${name}`) : path;
    if (found !== null) return found;
  }
  return null;
}

function parse<TSchema extends v.GenericSchema>(schema: TSchema, input: unknown): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const field = v.getDotPath(issue) ?? '';
  const expected = issue.expected === null ? 'something else' : issue.expected;
  throw new TandemError(
    'bad_request',
    field === ''
      ? `The request has the wrong form (expected ${expected}). Update the Tandem add-on and try again.`
      : `The field "${field}" of the request is missing or wrong (expected ${expected}). Update the Tandem add-on and try again.`,
    field === '' ? {} : { field },
  );
}

async function readCounted(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (body === null) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.byteLength;
    if (bytes > BODY_BYTES) throw new TandemError('too_large', TOO_LARGE);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
