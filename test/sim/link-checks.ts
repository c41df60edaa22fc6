import type { SheetRow } from './invariants.ts';
import type { Oracle } from './oracle.ts';
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
