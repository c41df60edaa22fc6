import type { Cell } from '../../shared/cell.ts';
import { readTruth, type SheetRow } from './invariants.ts';
import type { Network } from './network.ts';
import { plain, type Oracle } from './oracle.ts';
import type { World } from './world.ts';

/** Judges the resting state on what a link is set to: row filter and lock columns. */
export async function checkOptions(
  world: World,
  { sheet, hidden }: { sheet: readonly SheetRow[]; hidden: ReadonlySet<string> },
  excused: ReadonlyMap<string, string>,
  oracle: Oracle,
): Promise<void> {
  for (const { key } of sheet) {
    if (key === null || !hidden.has(key) || excused.has(key)) continue;
    oracle.violations.push(`[R32] row ${key} is on the sheet although the filter leaves it out`);
  }
  const { wrong } = world.profile;
  if (wrong === undefined) return;
  const told = await world.sql.unsafe<{ what: string }[]>(`SELECT what FROM ${wrong}`);
  for (const { what } of told) oracle.violations.push(`[R33] ${what}`);
}

interface Lost {
  key: string;
  column: string;
  before: string | null;
  after: string | null;
  cause: string;
}

/** Why a value gave way that no policy decided about. */
const ONE_WAY = /^(flows|comes) from /;

/**
 * R22: where the fixed policy would have decided otherwise, the later edit won; values that were written once have one
 * time. A column that one side alone writes goes by no policy, and the history must say so.
 */
export async function checkLatest(world: World, oracle: Oracle, network: Network): Promise<void> {
  const { latest, intents } = oracle;
  if (latest === null || oracle.fewValues) return;
  const loser = latest === 'sheet' ? 'sheet' : 'table';
  const lost = await world.sql<Lost[]>`
    SELECT key, "column", before::text AS before, after::text AS after, cause FROM tandem.journal
     WHERE op = 'lost' AND side = ${loser} AND "column" IS NOT NULL`;
  const oneWay = new Set(
    world.profile.values.flatMap(({ id, direction = 'both' }) => (direction === 'both' ? [] : [id])),
  );
  for (const { key, column, before, after, cause } of lost) {
    if (oneWay.has(column) && ONE_WAY.test(cause)) continue;
    network.count(`latest:${loser === 'sheet' ? 'table' : 'sheet'}`);
    const [gave, won] = [before, after].map((text) => intents.get(plain(JSON.parse(text ?? 'null') as Cell) ?? ''));
    if (!gave || !won || gave.side !== loser || won.side === loser || gave.at === null || won.at === null) continue;
    if (gave.at > won.at) {
      oracle.violations.push(
        `[R22] row ${key}, ${column}: ${won.value} of ${won.at} won against ${gave.value}, which is later (${gave.at})`,
      );
    }
  }
}

/** Sheet cells and table rows that Tandem wrote. */
export async function countWrites(
  world: World,
  host: { readonly cellsWritten: number },
): Promise<{ sheet: number; table: number; total: number }> {
  const { journal } = await readTruth(world);
  const rows = new Set(
    journal.flatMap(({ op, key, run }) => (op === 'lost' || op === 'held' ? [] : [`${run}\n${key}\n${op}`])),
  );
  return { sheet: host.cellsWritten, table: rows.size, total: host.cellsWritten + rows.size };
}

/** I8: where nothing failed, k edited cells cause at most 4k writes. */
export async function checkWrites(
  world: World,
  host: { readonly cellsWritten: number },
  oracle: Oracle,
): Promise<void> {
  const { total } = await countWrites(world, host);
  if (total > 4 * oracle.written) oracle.violations.push(`[I8] ${oracle.written} edited cells caused ${total} writes`);
}
