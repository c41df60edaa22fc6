import type { TransactionSql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { readLink, type LinkRecord } from '../links/link-record.ts';

/**
 * Who may run a cycle of a link. Runs of the script exclude each other by the document lock: a new one may take over
 * from an earlier one at once. Runs of the REST host share no such lock, neither with the script nor with each other:
 * there a lease in the hub decides, taken with a run's first message, kept with each, and given back with its last. Who
 * was held up for so long that another took it over gives way.
 */
export type HostKind = 'script' | 'rest';

/** The longest run and a minute. */
export const LEASE_MS = 7 * 60_000;

/**
 * Before the fence: a host that is told the current epoch while another is at work under it could scan the sheet before
 * the other's writes and sync after its acks, and its stale cells would pass for edits (I16).
 * Answers the error `busy` while such a run is live. The caller leaves a hint (runAgain) and gives way; the run
 * that has the lease looks at it before it stops, and syncs once more.
 */
export function whileHeld(
  { leaseHost, leaseRun, leaseUntil }: LinkRecord,
  { host, run }: { host: HostKind; run: string },
  now: Date,
): TandemError | null {
  if (leaseHost === null || leaseUntil === null || leaseUntil <= now.getTime()) return null;
  if (leaseHost === host && (host === 'script' || leaseRun === run)) return null;
  const where = leaseHost === 'rest' ? 'Tandem’s server' : 'the add-on';
  return new TandemError('busy', `A sync of this tab by ${where} is running. This one gave way; run it again later.`, {
    retryAfter: Math.ceil(Math.min(leaseUntil - now.getTime(), 60_000) / 1000),
  });
}

/** Keeps the lease with the run that sent a message; its last message gives it back. */
export async function keepLease(
  tx: TransactionSql,
  link: LinkRecord,
  { host, run, now, last }: { host: HostKind; run: string; now: Date; last: boolean },
): Promise<void> {
  const until = last ? null : new Date(now.getTime() + LEASE_MS).toISOString();
  await tx`
    UPDATE tandem.link SET lease_host = ${last ? null : host}, lease_run = ${last ? null : run},
           lease_until = ${until}::text::timestamptz
     WHERE id = ${link.id}::uuid`;
}

/** The same with the reply that a repeated message gets. */
export async function keepReply(
  tx: TransactionSql,
  link: LinkRecord,
  reply: string,
  { host, run, now, last }: { host: HostKind; run: string; now: Date; last: boolean },
): Promise<void> {
  const until = last ? null : new Date(now.getTime() + LEASE_MS).toISOString();
  await tx`
    UPDATE tandem.link SET last_reply = ${reply}::text::json, lease_host = ${last ? null : host},
           lease_run = ${last ? null : run}, lease_until = ${until}::text::timestamptz
     WHERE id = ${link.id}::uuid`;
}

/**
 * Takes the lease before the sheet is read, for a host that no document lock protects, and moves the epoch on: whatever
 * earlier runs still send is refused from here on (I5).
 * @returns the epoch that the run's first message must name
 * @throws TandemError `busy`, `link_not_found`
 */
export async function takeLease({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string; run: string };
}): Promise<{ epoch: number; note: string | null; link: LinkRecord }> {
  const host = ctx.host ?? 'script';
  const taken = await inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller, { lock: true });
    const now = ctx.clock.now();
    const held = whileHeld(link, { host, run: input.run }, now);
    if (held !== null) {
      await tx`UPDATE tandem.link SET run_again = true WHERE id = ${link.id}::uuid`;
      return held;
    }
    const [moved] = await tx<{ epoch: number }[]>`
      UPDATE tandem.link SET epoch = epoch + 1, last_seq = 0, open_run = NULL, open_if_epoch = NULL
       WHERE id = ${link.id}::uuid RETURNING epoch::float8 AS epoch`;
    await keepLease(tx, link, { host, run: input.run, now, last: false });
    const [memo] = await tx<{ note: string | null }[]>`
      SELECT note FROM tandem.host_memo WHERE link = ${link.id}::uuid`;
    return { epoch: moved!.epoch, note: memo?.note ?? null, link };
  });
  if (taken instanceof TandemError) throw taken;
  return taken;
}

/** Gives the lease back where the run still has it: after a failure, so that nobody waits for it to run out. */
export async function releaseLease({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string; run: string };
}): Promise<void> {
  await ctx.sql`
    UPDATE tandem.link SET lease_host = NULL, lease_run = NULL, lease_until = NULL
     WHERE id = ${input.link}::uuid AND lease_run = ${input.run}`;
}

/** Keeps or clears the write-ahead note of a host that has no place on the sheet's side. */
export async function saveNote({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string; note: string | null };
}): Promise<void> {
  await ctx.sql`
    INSERT INTO tandem.host_memo (link, note) VALUES (${input.link}::uuid, ${input.note})
    ON CONFLICT (link) DO UPDATE SET note = excluded.note`;
}
