import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { AckReply, AckRequest } from '../../shared/protocol/ack.ts';
import { ErrorBody, errorCodes, TandemError, type ErrorCode } from '../../shared/protocol/error.ts';
import { PushReply, PushRequest } from '../../shared/protocol/push.ts';
import { ReserveKeysReply, ReserveKeysRequest } from '../../shared/protocol/reserve-keys.ts';
import { ReplaceReply, ReplaceRequest } from '../../shared/protocol/replace.ts';
import { SyncReply, SyncRequest } from '../../shared/protocol/sync.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';

/** A schema as plain data: its shape without functions, references and messages. */
function outline(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(outline);
  if (schema instanceof RegExp) return String(schema);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => typeof value !== 'function' && !key.startsWith('~') && key !== 'message')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, outline(value)]),
  );
}

const messages = {
  SyncRequest,
  SyncReply,
  PushRequest,
  PushReply,
  AckRequest,
  AckReply,
  ReserveKeysRequest,
  ReserveKeysReply,
  ReplaceRequest,
  ReplaceReply,
  ErrorBody,
};

describe('the wire', () => {
  it('does not change without a new protocol version', () => {
    const hash = createHash('sha256')
      .update(JSON.stringify(outline(messages)))
      .digest('hex')
      .slice(0, 16);
    const recorded = readFileSync(new URL('./protocol-hashes.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    // A changed schema needs a new PROTOCOL_VERSION and a line of its own in protocol-hashes.txt.
    expect(recorded.at(-1)).toEqual([`v${PROTOCOL_VERSION}`, hash]);
    expect(new Set(recorded.map(([version]) => version)).size).toBe(recorded.length);
  });

  it('refuses what is not a message', () => {
    expect(v.safeParse(SyncRequest, {}).success).toBe(false);
    expect(v.safeParse(PushRequest, { rows: [{ key: 'a', hash: 'x', cells: {} }] }).success).toBe(false);
  });

  it.each(['a\0b', '\ud800'])('refuses a key that no database can store, and names the field: %j', (key) => {
    const rows = [{ key, hash: '0'.repeat(16), cells: {} }];
    const message = { ...{ v: 1, link: 'l', spreadsheet: 's', run: 'r', mapFingerprint: 'f' }, ifEpoch: 0 };
    const parsed = v.safeParse(PushRequest, { ...message, scope: 'full', rows, missing: [] });
    expect(parsed.issues?.map((issue) => v.getDotPath(issue))).toContain('rows.0.key');
  });

  it('every error of the closed list has a status and retry advice, and makes a valid body', () => {
    for (const code of Object.keys(errorCodes) as ErrorCode[]) {
      const body = new TandemError(code, 'A sentence.').toBody('r1');
      expect(v.parse(ErrorBody, body)).toEqual(body);
      expect(errorCodes[code].status).toBeGreaterThanOrEqual(400);
    }
  });
});
