import { cellToken, isBlank, type Cells } from '../../shared/cell.ts';
import { scanSheet, type Scan } from '../../shared/cycle/scan.ts';
import type { Oracle } from './oracle.ts';
import { partsOf, present, whereKey } from './profiles.ts';
import type { SimStep } from './schedule.ts';
import { readSheet } from './sheet-effects.ts';
import type { World } from './world.ts';

/** What may follow an edited key and tells nobody’s will about it. */
const NO_WORD: ReadonlySet<SimStep['do']> = new Set(['start', 'step', 'finish', 'clock']);

/**
 * Watches keys that a person edits (R35): a row that reads as both sides had it, but for its key, is not inserted under
 * the new one before a person has said what was meant. It looks for as long as nothing but runs follows the edit, since
 * whatever else happens may make another row of it.
 */
export class RenameWatch {
  private before: Scan | null = null;
  private edited: { from: string; to: string } | null = null;

  constructor(
    private readonly world: World,
    private readonly oracle: Oracle,
    /** No run is under way, and no trouble is in store for the next one. */
    private readonly isCalm: () => boolean,
  ) {}

  beforeStep(step: SimStep): void {
    if (!NO_WORD.has(step.do)) this.edited = null;
    this.before = step.do === 'person' && step.act === 'editKey' && this.isCalm() ? this.scan() : null;
  }

  async afterStep(): Promise<void> {
    if (this.before !== null) this.edited = await this.find(this.before);
    if (this.edited === null) return;
    const { from, to } = this.edited;
    if (!(await this.hasInTable(to))) return;
    this.oracle.violations.push(`[R35] the key of row ${from} was changed to ${to}, which nobody said is a new row`);
    this.edited = null;
  }

  /** The two keys, where the row is known on both sides as it stands, and no other reads like it. */
  private async find(before: Scan): Promise<{ from: string; to: string } | null> {
    const after = this.scan();
    const gone = [...before.keyRows.keys()].filter((key) => !after.keyRows.has(key));
    const come = [...after.rows.keys()].filter((key) => !before.keyRows.has(key));
    const [from, to] = [gone[0], come[0]];
    if (from === undefined || to === undefined || gone.length + come.length > 2) return null;
    // A scan that is not complete tells nothing about what is missing.
    if (!after.summary.complete) return null;
    const known = await this.world.sql<{ key: string; a: string; settled: boolean }[]>`
      SELECT key, a::text AS a, status = 'ok' AND absent_at IS NULL AND b IS NOT NULL AS settled FROM tandem."row"
       WHERE link = ${this.world.link.id}::uuid AND a IS NOT NULL`;
    const signature = this.signatureOf(after.rows.get(to)!.cells);
    if (signature === null) return null;
    const others = [...after.rows.values()].filter(({ key }) => key !== to);
    if (others.some(({ cells }) => this.signatureOf(cells) === signature)) return null;
    const alike = known.filter(({ a }) => this.signatureOf(JSON.parse(a) as Cells) === signature);
    if (alike.length !== 1 || alike[0]!.key !== from || !alike[0]!.settled) return null;
    return (await this.hasInTable(from, this.world.visible.sql)) ? { from, to } : null;
  }

  private async hasInTable(key: string, condition = 'true'): Promise<boolean> {
    const { profile, sql } = this.world;
    const parts = partsOf(profile, key);
    if (parts === null) return false;
    const where = `${whereKey(profile, 1)} AND ${present(profile)} AND ${condition}`;
    return (await sql.unsafe(`SELECT 1 FROM ${profile.table} WHERE ${where}`, parts)).length > 0;
  }

  private scan(): Scan {
    return scanSheet(readSheet(this.world.tab, false), this.world.link.mapping);
  }

  /** The row outside its key; null where it says nothing. */
  private signatureOf(cells: Cells): string | null {
    const own = this.world.profile.values.filter(({ direction }) => direction !== 'toSheet');
    const shown = own.map(({ id }) => cells[id] ?? null);
    return shown.every((cell) => isBlank(cell) || cell === false) ? null : JSON.stringify(shown.map(cellToken));
  }
}
