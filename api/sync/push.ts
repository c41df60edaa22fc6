import { TandemError } from '../../shared/protocol/error.ts';
import { keyHash, lanes } from '../../shared/digest.ts';
import { KEY_BYTES } from '../../shared/limits.ts';
import type { PushReply, PushRequest, RowResult } from '../../shared/protocol/push.ts';
import { showKey } from '../../shared/row-key.ts';
import type { Context } from '../context.ts';
import { mappingOf, type LinkRecord } from '../links/link-record.ts';
import { Astray } from './astray.ts';
import { jsonRows } from './json-rows.ts';
import { databaseNow, provenUntil } from './policy.ts';
import { runMessage, type Message } from './message.ts';
import { isTooLong } from './key-length.ts';
import { readNotices } from './notices.ts';
import { OFFER_ROOM } from './offer-dirty.ts';
import { findRenames, releaseRenames } from './renames.ts';
import { reconcileRows, type Item } from './reconcile.ts';
import { learnPace, rowsAtOnce } from './slow-tables.ts';
import { adoptTimeZone } from './time-zone.ts';

type Reply = Omit<PushReply, 'epoch' | 'seq'>;

/**
 * Takes in rows of the sheet: merges each with the table under lock, writes what is the table's to take, and offers what
 * the table has for these rows. Only scope `full` may say that rows are missing.
 * @throws TandemError `stale_epoch`, `stale_seq`, `mapping_changed`, `wrong_state`, `copied_spreadsheet`, `busy`
 */
export async function pushRows({ ctx, input }: { ctx: Context; input: PushRequest }): Promise<PushReply> {
  const opens = input.ifEpoch !== undefined;
  if (opens === (input.epoch !== undefined && input.seq !== undefined)) {
    throw new TandemError('bad_request', 'A push either opens an epoch (ifEpoch) or goes on in one (epoch, seq).');
  }
  if (opens && input.scope !== 'rows') {
    throw new TandemError('bad_request', 'Only a push of single rows opens an epoch by itself.', { field: 'scope' });
  }
  if (input.scope === 'rows' && input.missing.length > 0) {
    throw new TandemError('bad_request', 'A push of single rows cannot say what is missing.', { field: 'missing' });
  }
  const count = rowsAtOnce(input.link, input.rows.length);
  const later = input.rows.slice(count);
  // Who is missing is looked at along with all rows: an edited key is both.
  const now = later.length === 0 ? input : { ...input, rows: input.rows.slice(0, count), missing: [] };
  return learnPace(input.link, count, () =>
    runMessage<PushReply>(ctx, 'push', input, async (message) => {
      const reply = await takeRows(message, now);
      return { ...reply, results: [...reply.results, ...later.map(waits)] };
    }),
  );
}

function waits({ key }: { key: string }): RowResult {
  const message = 'The table takes long to store each row. This one follows with the next sync.';
  return { key, result: 'held', error: { code: 'pending', message } };
}

async function takeRows(message: Message, input: PushRequest): Promise<Reply> {
  const { tx, link, table, now, run } = message;
  // What was just typed is meant in the zone the spreadsheet has now.
  if (input.timeZone !== undefined && link.state === 'active') await adoptTimeZone(message, input.timeZone);
  if (link.state === 'paused' || table === null) {
    throw new TandemError('wrong_state', link.pausedReason ?? 'The sync is paused. Resume it in the sidebar.');
  }
  checkColumns(link, input.rows);
  if (link.state === 'preview') return stageRows(message, input);
  if (link.firstSyncWinner !== null) {
    throw new TandemError('wrong_state', 'The first sync is still under way. Sync again in a minute.');
  }
  const edited = { after: provenUntil(link.scannedAt ?? null), until: await databaseNow(tx) };
  const opened = input.ifEpoch !== undefined;
  // An edit's own epoch knows nothing of the other rows.
  if (opened && link.lastScan !== null) {
    link.lastScan = { ...link.lastScan, epoch: link.epoch, different: null, astray: link.lastScan.overlooked ?? [] };
  }
  if (opened) link.lastSyncAt = now.toISOString();
  const duplicates = new Set(link.lastScan?.duplicates.map(({ key }) => key));
  const tooLong = input.rows.filter(({ key }) => isTooLong(key));
  const items: Item[] = input.rows
    .filter((row) => !isTooLong(row.key) && !(opened && duplicates.has(row.key)))
    .map(({ key, cells }) => ({ key, sheet: { cells } }));
  for (const key of input.missing) items.push({ key, sheet: 'absent' });

  const complete = input.scope === 'full' && link.lastScan?.complete === true && link.lastScan.epoch === link.epoch;
  const renames = await findRenames(message, input, complete);
  const done = await reconcileRows(tx, table, items, {
    renames,
    absence: complete ? { scan: link.scanNo, run, now } : null,
    offerRoom: OFFER_ROOM,
    scanned: input.scope === 'full',
    edited,
    cause: 'edited in the sheet',
    astray: new Astray(link.lastScan?.astray ?? [], link.lastScan?.unplaced),
    run,
    actor: message.actor,
    now,
  });
  if (input.missing.length > 0) await releaseRenames(message);
  for (const { key } of tooLong) {
    done.results.push(refuseLong(key));
  }
  for (const { key } of input.rows.filter((row) => opened && duplicates.has(row.key))) {
    const message = `The key "${showKey(key)}" stands in more than one row. These rows are not synced until each key is unique.`;
    done.results.push({ key, result: 'held', error: { code: 'duplicate_key', message } });
  }
  return {
    results: done.results,
    offers: done.offers,
    marks: done.marks,
    more: done.left > 0,
    notices: await readNotices(tx, link),
  };
}

/**
 * A row tells every column in use, blank cells too: one that is left out was not on the sheet when the row was read, and is
 * never taken for blank (I13). The host reads again, and tells of the column by a full cycle.
 */
function checkColumns(link: LinkRecord, rows: PushRequest['rows']): void {
  const columns = link.columns.filter(({ suspended }) => suspended === undefined);
  for (const { cells } of rows) {
    const lacking = columns.find(({ id }) => cells[id] === undefined);
    if (lacking === undefined) continue;
    const message = `The sheet was read without its column "${lacking.header}". It is read again.`;
    throw new TandemError('mapping_changed', message, { mapping: mappingOf(link) });
  }
}

function refuseLong(key: string): RowResult {
  const message = `The key is too long: it may have ${KEY_BYTES} plain letters, fewer of others. Shorten it.`;
  return { key, result: 'rejected', error: { code: 'invalid_value', message } };
}

/** In preview rows are only put aside for the plan: A, B and `seen` stay as they are, and nothing is written. */
async function stageRows({ tx, link }: Message, input: PushRequest): Promise<Reply> {
  const rows = input.rows
    .filter((row) => !isTooLong(row.key))
    .map(({ key, hash, cells }) => {
      const [hi, lo] = lanes(hash);
      return { key, hash: keyHash(key), hi, lo, cells };
    });
  await tx`
    INSERT INTO tandem.plan_row (link, key, key_hash, seen_hi, seen_lo, cells)
    SELECT ${link.id}::uuid, x.key, x.hash, x.hi, x.lo, x.cells::json
      FROM json_to_recordset(${jsonRows(rows, ['cells'])}::text::json)
        AS x (key text, hash bigint, hi bigint, lo bigint, cells text)
    ON CONFLICT (link, key) DO UPDATE SET seen_hi = excluded.seen_hi, seen_lo = excluded.seen_lo, cells = excluded.cells`;
  if (input.missing.length > 0) {
    await tx`DELETE FROM tandem.plan_row WHERE link = ${link.id}::uuid
               AND key IN (SELECT json_array_elements_text(${JSON.stringify(input.missing)}::text::json))`;
  }
  const [counted] = await tx<{ count: number }[]>`
    SELECT count(*)::float8 AS count FROM tandem.plan_row WHERE link = ${link.id}::uuid`;
  // Those that can never be put aside are not waited for.
  const tooLong = input.rows.filter(({ key }) => isTooLong(key)).length;
  if (link.lastScan) link.lastScan = { ...link.lastScan, rows: link.lastScan.rows - tooLong };
  link.staged = link.lastScan?.complete && counted!.count === link.lastScan.rows ? 'complete' : 'partly';
  return {
    results: input.rows.map(({ key }) => (isTooLong(key) ? refuseLong(key) : { key, result: 'staged' as const })),
    offers: [],
    marks: [],
    more: false,
    notices: await readNotices(tx, link),
  };
}
