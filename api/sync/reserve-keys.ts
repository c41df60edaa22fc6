import { TandemError } from '../../shared/protocol/error.ts';
import type { ReserveKeysReply, ReserveKeysRequest } from '../../shared/protocol/reserve-keys.ts';
import type { Context } from '../context.ts';
import { runMessage } from './message.ts';

/**
 * Keys made by the database, for rows of the sheet that have none: from the key column's sequence, or fresh UUIDs. A key
 * that is reserved and never used leaves a gap, as any sequence does.
 * @throws TandemError `table_unsuitable` where the table makes no keys
 */
export async function reserveKeys({
  ctx,
  input,
}: {
  ctx: Context;
  input: ReserveKeysRequest;
}): Promise<ReserveKeysReply> {
  return runMessage<ReserveKeysReply>(ctx, 'reserveKeys', input, async ({ tx, table, link }) => {
    if (link.state !== 'active' || table === null) {
      throw new TandemError('wrong_state', link.pausedReason ?? 'Start the sync first.');
    }
    const [key, ...others] = table.keys;
    if (key === undefined || others.length > 0) throw unsuitable();
    if (key.kind === 'uuid') {
      const rows = await tx<
        { key: string }[]
      >`SELECT gen_random_uuid()::text AS key FROM generate_series(1, ${input.n}::int)`;
      return { keys: rows.map((row) => row.key) };
    }
    const [sequence] = await tx<{ name: string | null }[]>`
      SELECT pg_get_serial_sequence(${table.shape.qualified}, ${key.column}) AS name`;
    if (!sequence?.name) throw unsuitable();
    const rows = await tx<{ key: string }[]>`
      SELECT nextval(${sequence.name}::text::regclass)::text AS key FROM generate_series(1, ${input.n}::int)`;
    return { keys: rows.map((row) => row.key) };
  });
}

function unsuitable(): TandemError {
  const message = 'This table does not make its own keys. Type a key into each new row.';
  return new TandemError('table_unsuitable', message);
}
