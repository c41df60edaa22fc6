import { sameCell } from '../../shared/cell.ts';
import { NOTE_PREFIX } from '../../shared/protocol/mark.ts';
import { archivedRows } from './archive-effects.ts';
import { readSheetRows } from './invariants.ts';
import { plain, type Oracle } from './oracle.ts';
import { columnIds } from './sheet-effects.ts';
import type { World } from './world.ts';

/** Judges what became of rows that the table deleted (R26). */
export async function checkRemoved(world: World, oracle: Oracle): Promise<void> {
  const fail = (text: string) => oracle.violations.push(text);
  checkArchived(world, oracle, fail);
  const [link] = await world.sql<{ state: string; mode: string }[]>`
    SELECT state, removed_mode AS mode FROM tandem.link WHERE id = ${world.link.id}::uuid`;
  if (link?.state !== 'active') return;
  const standing = await world.sql<{ key: string; code: string }[]>`
    SELECT key, blocked->'*'->>'code' AS code FROM tandem."row"
     WHERE link = ${world.link.id}::uuid AND status = 'tombstone'`;
  const rows = readSheetRows(world);
  const [position] = [...columnIds(world.tab)].find(([, id]) => id === world.profile.keys[0]!.id) ?? [];
  for (const { key, code } of standing) {
    const shown = rows.filter((row) => row.key === key);
    // A key that stands twice is held, whatever the mode says.
    if (shown.length !== 1) continue;
    if (code !== (link.mode === 'mark' ? 'marked' : 'kept') || (link.mode !== 'mark' && link.mode !== 'off')) {
      fail(`[R26] row ${key} stays on the sheet as ${code} although the mode is ${link.mode}`);
    }
    if (position === undefined) continue;
    const noted = world.tab.note(shown[0]!.row, position).startsWith(NOTE_PREFIX);
    // A version of the sheet, and cells that were moved, come without the note.
    if (code === 'marked' && !noted && !oracle.versionRestored && !oracle.notesLost && !oracle.repeated.has(key))
      fail(`[R26] row ${key} is marked, and has no note`);
  }
}

/** What an archive is to hold: no row that a host deleted for it went without a copy of what it showed. */
function checkArchived({ workbook }: World, { archived }: Oracle, fail: (text: string) => void): void {
  const kept = archivedRows(workbook);
  for (const cells of archived) {
    const shown = cells.filter((cell) => cell !== null);
    const found = kept.some((line) => shown.every((cell) => line.some((one) => sameCell(one, cell))));
    if (!found) fail(`[R26] a row went without a copy in the archive: ${shown.map((cell) => plain(cell)).join(', ')}`);
  }
}
