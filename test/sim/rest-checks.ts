import { cellToken, type Cell } from '../../shared/cell.ts';
import { DELETE_GUARD_ROWS } from '../../shared/limits.ts';
import { readTruth } from './invariants.ts';
import { plain, type Oracle } from './oracle.ts';
import { sqlType, whereKey } from './profiles.ts';
import { columnIds } from './sheet-effects.ts';
import type { Host } from './play.ts';
import type { World } from './world.ts';

const PAUSE_MS = 130_000;

interface RefusedRow {
  key: string;
  dbKey: string[] | null;
  refused: Record<string, { cell: Cell; code: string; message: string }>;
}

/**
 * What was refused is tried once more, as a person would ask; whatever the table takes by then has been taken. Answers
 * the rows that are refused still.
 */
export async function retryRefused(world: World, host: Host, oracle: Oracle): Promise<RefusedRow[]> {
  let refused = await readRefused(world);
  if (refused.length === 0) return refused;
  // What one row gives up another may take, and a row that is put back another may refer to: as long as that goes on,
  // there is something to ask for.
  const standing = async () => JSON.stringify([refused, await readHeld(world)]);
  for (let before = '', now = await standing(); refused.length > 0 && before !== now; now = await standing()) {
    before = now;
    await tryAgain(world, oracle);
    for (let cycle = 0; cycle < 2; cycle++) {
      world.clock.advance(PAUSE_MS);
      await host.start({ kind: 'full' });
      await host.finish();
    }
    refused = await readRefused(world);
  }
  return refused;
}

/** Rows that wait for a person, whose word on refused rows may be theirs, too. */
async function readHeld({ sql, link }: World): Promise<string[]> {
  const rows = await sql<{ key: string }[]>`
    SELECT key FROM tandem."row" WHERE link = ${link.id}::uuid AND status = 'held' ORDER BY key`;
  return rows.map(({ key }) => key);
}

/** What rows show that wait to be put back into the table: by a person's word it is theirs there, as if typed just now. */
async function rowsToPutBack(world: World): Promise<string[]> {
  const held = await world.sql<{ key: string }[]>`
    SELECT key FROM tandem."row" WHERE link = ${world.link.id}::uuid
       AND error->>'code' IN ('deleted_in_table', 'soft_deleted', 'removed')`;
  if (held.length === 0) return [];
  const keys = new Set(held.map(({ key }) => key));
  return (await readTruth(world)).sheet.flatMap(({ key, cells }) =>
    key !== null && keys.has(key) ? Object.entries(cells).map(([id, value]) => `${key}:${id}:${value}`) : [],
  );
}

/**
 * "Try again" for all rows, and then for each of those that it is a decision of: what may have gone astray is kept by it,
 * and what the table deleted goes back there. Answers whether the hub took it.
 */
export async function tryAgain(world: World, oracle: Oracle): Promise<boolean> {
  const rows = await world.sql<{ key: string; refused: string }[]>`
    SELECT key, refused::text AS refused FROM tandem."row" WHERE link = ${world.link.id}::uuid AND refused IS NOT NULL`;
  const given = await rowsToPutBack(world);
  const retry = async (body: object) => (await world.request('POST', `/v1/links/${world.link.id}/retry`, body)).status;
  if ((await retry({})) >= 300) return false;
  const named = await world.sql<{ key: string }[]>`
    SELECT key FROM tandem."row" WHERE link = ${world.link.id}::uuid AND absent_at IS NULL
       AND (error->>'code' IN ('deleted_in_table', 'soft_deleted', 'removed') OR refused::text LIKE '%"misplaced"%')
     ORDER BY key LIMIT 1000`;
  if (named.length > 0 && (await retry({ keys: named.map(({ key }) => key) })) >= 300) return false;
  for (const word of given) oracle.typed.add(word);
  for (const { key, refused } of rows) {
    for (const [id, { code, cell }] of Object.entries(JSON.parse(refused) as RefusedRow['refused'])) {
      if (code === 'misplaced') oracle.wanted.add(`${key}:${id}:${plain(cell)}`);
    }
  }
  return true;
}

export async function readRefused({ sql, link }: World): Promise<RefusedRow[]> {
  const rows = await sql<{ key: string; dbKey: string | null; refused: string | null }[]>`
    SELECT r.key, to_json(r.db_key)::text AS "dbKey", r.refused::text AS refused
      FROM tandem."row" r JOIN tandem.link l ON l.id = r.link AND l.state = 'active'
     WHERE r.status = 'rejected' AND l.id = ${link.id}::uuid
       -- A key that is repeated: nothing of its rows is tried before each stands alone.
       AND NOT EXISTS (SELECT 1 FROM json_array_elements(l.last_scan->'duplicates') x WHERE x->>'key' = r.key)`;
  return rows.map(({ key, dbKey, refused }) => ({
    key,
    dbKey: dbKey === null ? null : (JSON.parse(dbKey) as string[]),
    refused: JSON.parse(refused ?? '{}') as RefusedRow['refused'],
  }));
}

/** R16: a refused cell of a row that the table has is refused by the table itself, not for another row's sake. */
export async function checkRefusals(
  world: World,
  oracle: Oracle,
  refused: readonly RefusedRow[],
  rule: 'R16' | 'R37' = 'R16',
): Promise<void> {
  const { profile, sql } = world;
  for (const { key, dbKey, refused: cells } of refused) {
    if (dbKey === null) continue;
    for (const [id, { cell, code, message }] of Object.entries(cells)) {
      // Not the table but a person is asked.
      if (code === 'conflict' || code === 'locked') continue;
      const column = profile.values.find((one) => one.id === id);
      if (rule === 'R37' && column?.refused !== 'negative') continue;
      if (
        !column ||
        column.via !== undefined ||
        message === '' ||
        (typeof cell !== 'string' && typeof cell !== 'number')
      )
        continue;
      const where = whereKey(profile, 2);
      const type = sqlType(column);
      const taken = await sql
        .begin(async (tx) => {
          await tx`SET CONSTRAINTS ALL IMMEDIATE`;
          await tx.unsafe(`UPDATE ${profile.table} SET ${column.name} = $1::text::${type} WHERE ${where}`, [
            String(cell),
            ...dbKey,
          ]);
          throw new Taken();
        })
        .catch((error: unknown) => error instanceof Taken);
      if (taken)
        oracle.violations.push(
          `[${rule}] row ${key}, ${column.name}: ${cellToken(cell)} is refused (${message}), yet the table takes it`,
        );
    }
  }
}

/** Thrown so that the trial is rolled back. */
class Taken extends Error {}

/** Judges the resting state on what the other checks only imply. */
export async function checkAtRest(world: World, oracle: Oracle): Promise<void> {
  const fail = (text: string) => oracle.violations.push(text);
  const [link] = await world.sql<{ state: string; mapping: string }[]>`
    SELECT state, mapping::text AS mapping FROM tandem.link WHERE id = ${world.link.id}::uuid`;
  if (link?.state !== 'active') return;
  await checkCaptured(world, fail);
  const suspended = (JSON.parse(link.mapping) as { columns: { id: string; suspended?: string }[] }).columns
    .filter((column) => column.suspended !== undefined)
    .map(({ id }) => id);
  await checkSuspended(world, oracle, new Set(suspended), fail);
  await checkGuard(world, oracle, fail);
  if (!oracle.fewValues && !oracle.noLastWord) await checkPlaces(world, oracle, fail);
}

/** I12: what was committed in the table was looked at, but for rows that a person is told about. */
async function checkCaptured({ sql, link }: World, fail: (text: string) => void): Promise<void> {
  const [waiting] = await sql<{ count: number }[]>`SELECT count(*)::int AS count FROM tandem.change`;
  if (waiting!.count > 0) fail(`[I12] ${waiting!.count} captured changes wait although all is at rest`);
  const dirty = await sql<{ key: string }[]>`
    SELECT DISTINCT d.key FROM tandem.dirty d
      LEFT JOIN tandem."row" r ON r.link = d.link AND r.key = d.key
      JOIN tandem.link l ON l.id = d.link
     WHERE l.id = ${link.id}::uuid AND coalesce(r.status, 'ok') = 'ok' AND r.absent_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM json_array_elements(l.last_scan->'duplicates') x WHERE x->>'key' = d.key)`;
  for (const { key } of dirty) fail(`[I12] row ${key} is still to be looked at although all is at rest`);
}

/** I13: a column that is not on the sheet is suspended, and nothing is written to it from a sheet without it. */
async function checkSuspended(
  world: World,
  oracle: Oracle,
  suspended: ReadonlySet<string>,
  fail: (text: string) => void,
): Promise<void> {
  const shown = new Set(columnIds(world.tab).values());
  for (const [column, goneAt] of oracle.columnsGone) {
    if (shown.has(column)) continue;
    if (!suspended.has(column)) fail(`[I13] ${column} is not on the sheet and not suspended`);
    const written = await world.sql<{ key: string; run: string }[]>`
      SELECT key, run FROM tandem.journal WHERE link = ${world.link.id}::uuid AND "column" = ${column}
         AND op = 'update' AND side = 'table'`;
    for (const { key, run } of written) {
      const number = Number(/^run-(\d+)$/.exec(run)?.[1] ?? NaN);
      const reading = oracle.readings.find((one) => one.run === number);
      if (reading && reading.at > goneAt)
        fail(`[I13] row ${key}: ${column} was written by ${run}, which read a sheet without it`);
    }
  }
}

/** I9: no run deletes more by itself than the guard allows; no table here is so large that a share of it is more. */
async function checkGuard({ sql, link }: World, oracle: Oracle, fail: (text: string) => void): Promise<void> {
  if (!oracle.mayDelete) return;
  const runs = await sql<{ run: string | null; count: number }[]>`
    SELECT run, count(*)::int AS count FROM tandem.journal
     WHERE link = ${link.id}::uuid AND op = 'delete' AND side = 'table'
       AND (cause = 'deleted in the sheet' OR cause LIKE 'deleted in the sheet: marked in %') GROUP BY run`;
  for (const { run, count } of runs) {
    if (count > DELETE_GUARD_ROWS) fail(`[I9] ${run} deleted ${count} rows without a person's word`);
  }
}

/** I3: no cell shows what somebody wrote for another row of the table. */
async function checkPlaces(world: World, oracle: Oracle, fail: (text: string) => void): Promise<void> {
  const told = new Set(
    (
      await world.sql<{ key: string }[]>`
      SELECT key FROM tandem."row" WHERE link = ${world.link.id}::uuid AND status <> 'ok'`
    ).map(({ key }) => key),
  );
  for (const { key, cells } of (await readTruth(world)).sheet) {
    if (key === null || told.has(key) || oracle.tainted.has(key) || oracle.overwriting.has(key)) continue;
    for (const [id, value] of Object.entries(cells)) {
      const intent = value === null ? undefined : oracle.intents.get(value);
      if (!intent || intent.side !== 'table' || intent.key === key || intent.column !== id) continue;
      const words = [...Object.values(oracle.last.get(`${key}:${id}`) ?? {}), ...oracle.wordsBeside(`${key}:${id}`)];
      if (words.some((word) => plain(word) === value) || oracle.hasComeWithoutKey(id, value)) continue;
      if ([oracle.wanted, oracle.movedOn].some((known) => known.has(`${key}:${id}:${value}`))) continue;
      fail(`[I3] row ${key}, ${id} shows ${value}, which was written in the table for row ${intent.key}`);
    }
  }
}
