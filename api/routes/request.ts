import type { Context as HonoContext } from 'hono';
import * as v from 'valibot';
import { TandemError } from '../../shared/protocol/error.ts';
import { shorten, unstorable } from '../../shared/text-format.ts';
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

async function readJson(c: HonoContext<ApiEnv>): Promise<unknown> {
  const bytes = await readBytes(c);
  try {
    // Not by Request.text(): what is no UTF-8 would go on as replacement characters, into the table.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!isDeep(text)) return JSON.parse(text) as unknown;
  } catch {
    throw new TandemError('bad_request', 'The request body is not JSON. Update the Tandem add-on and try again.');
  }
  throw new TandemError(
    'bad_request',
    'The request body is nested too deeply. Update the Tandem add-on and try again.',
  );
}

/**
 * Hono's bodyLimit costs two thirds of the throughput (measured 0.31 of a bare route), so the stated length is looked at
 * first and the stream is only counted where no length is stated.
 */
async function readBytes(c: HonoContext<ApiEnv>): Promise<ArrayBuffer | Uint8Array> {
  const stated = c.req.header('content-length');
  if (stated !== undefined && Number(stated) > BODY_BYTES) throw new TandemError('too_large', TOO_LARGE);
  try {
    return stated === undefined ? await readCounted(c.req.raw.body) : await c.req.arrayBuffer();
  } catch (error) {
    if (error instanceof TandemError) throw error;
    // Its code is that of any lost connection, the database's among them.
    throw new TandemError('bad_request', 'The request ended before its body was complete. Try again.');
  }
}

/** Levels of the deepest message, with some to spare. */
const LEVELS = 32;

/** Whether JSON has more levels than any message. The parser needs a second for each megabyte of opening brackets. */
function isDeep(text: string): boolean {
  let level = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        while (++i < text.length && text.charCodeAt(i) !== 0x22) if (text.charCodeAt(i) === 0x5c) i++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++level > LEVELS) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        level--;
    }
  }
  return false;
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

/** Characters of a field's path that are told. */
const FIELD_CHARS = 200;

function parse<TSchema extends v.GenericSchema>(schema: TSchema, input: unknown): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  // It may hold names that the caller chose.
  const field = shorten(v.getDotPath(issue) ?? '', FIELD_CHARS);
  const expected = issue.expected === null ? 'something else' : issue.expected;
  throw new TandemError(
    'bad_request',
    field === ''
      ? `The request has the wrong form (expected ${expected}). Update the Tandem add-on and try again.`
      : `The field "${field}" of the request is missing or wrong (expected ${expected}). Update the Tandem add-on and try again.`,
    field === '' ? {} : { field },
  );
}

async function readCounted(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.byteLength;
    if (bytes > BODY_BYTES) throw new TandemError('too_large', TOO_LARGE);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
