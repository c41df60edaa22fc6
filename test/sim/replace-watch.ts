import type { StoredReplace } from '../../drizzle/schema/index.ts';
import type { Cell } from '../../shared/cell.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { canonicalKeyPart } from '../../shared/row-key.ts';
import type { Applications } from './applications.ts';
import type { Network } from './network.ts';
import { plain, type Oracle } from './oracle.ts';
import { columnIds, toCell } from './sheet-effects.ts';
import type { World } from './world.ts';

/**
 * Watches a table that a tab replaces whole (R34): whenever it changed and no application did that, it holds just what
 * the tab held at some moment, all rows or none.
 */
export class ReplaceWatch {
  /** Everything the tab ever held. */
  private readonly tabs = new Set<string>();
  /** Of the table; null before the first look. */
  private contents: string | null = null;
  /** What the table was last replaced by; null where an application wrote in the same moment. */
  private replacedBy: string | null = '';
  private acts = 0;
  /** Words of people that had been given when it was last replaced. */
  private words = 0;

  constructor(
    private readonly world: World,
    private readonly applications: Applications,
    private readonly network: Network,
    private readonly oracle: Oracle,
  ) {}

  /** To be called before the first step, and after each. */
  async look(): Promise<void> {
    const tab = this.readTab();
    this.tabs.add(tab);
    const contents = await this.readTable();
    const acted = this.applications.acts !== this.acts;
    this.acts = this.applications.acts;
    if (contents === this.contents) return;
    if (this.contents === null) this.replacedBy = contents;
    else if (acted) {
      // Whether it was replaced in the same moment can't be told.
      if (this.network.happened.has('replaced') || this.tabs.has(contents)) this.replacedBy = null;
    } else {
      this.network.count('replaced');
      this.replacedBy = contents;
      if (!this.tabs.has(contents)) {
        this.oracle.violations.push(`[R34] the table holds ${contents}, which the tab never did`);
      }
      const words = this.network.happened.get('replace:confirmed') ?? 0;
      const [before, after] = [countLines(this.contents), countLines(contents)];
      if (after < before / 2 && words === this.words) {
        this.oracle.violations.push(`[R34] ${after} rows took the place of ${before}, and nobody agreed to that`);
      }
      this.words = words;
    }
    this.contents = contents;
  }

  /** Judges the resting state. */
  async judge(): Promise<void> {
    const fail = (text: string) => this.oracle.violations.push(`[R34] ${text}`);
    const [link] = await this.world.sql<{ state: string; reason: string | null; replaced: string; columns: string }[]>`
      SELECT state, paused_reason AS reason, replaced::text AS replaced, mapping::text AS columns FROM tandem.link`;
    const { columns } = JSON.parse(link!.columns) as { columns: { suspended?: string }[] };
    const gone = columns.find(({ suspended }) => suspended !== undefined);
    if (link!.state !== 'active') {
      // It is not started, either, before every column is there, and whoever compares is told which is not.
      const reason = link!.reason ?? gone?.suspended ?? '';
      if (reason.length < 20) fail(`the link is ${link!.state} and says only "${reason}"`);
      return;
    }
    const { refused, asks } = JSON.parse(link!.replaced) as StoredReplace;
    if (refused) {
      this.network.count('replace:refused');
      if (refused.cells.length === 0 || refused.cells.some(({ message }) => message.length < 15)) {
        fail(`what stops it is told by ${JSON.stringify(refused.cells)}`);
      }
      return;
    }
    if (asks) {
      this.network.count('replace:asks');
      return;
    }
    if (gone) return;
    const tab = this.readTab();
    if (this.replacedBy !== null && this.replacedBy !== tab) {
      fail(`the tab holds ${tab}, and the table was last replaced by ${this.replacedBy}`);
    }
  }

  private readTab(): string {
    const { tab, profile } = this.world;
    const rows: string[] = [];
    for (let row = HEADER_ROW + 1; row <= tab.dataExtent().rows; row++) {
      const cells: Record<string, Cell> = {};
      for (const [position, id] of columnIds(tab))
        cells[id] = toCell(tab.value(row, position), tab.numberFormat(row, position));
      if (Object.values(cells).every((cell) => plain(cell) === null)) continue;
      const keys = profile.keys.map(({ id, kind }) => canonicalKeyPart(kind, cells[id] ?? null));
      rows.push(JSON.stringify([...keys, ...profile.values.map(({ id }) => plain(cells[id] ?? null))]));
    }
    return rows.sort().join('\n');
  }

  private async readTable(): Promise<string> {
    const { sql, profile } = this.world;
    const names = [
      ...profile.keys.map(({ id, name }) => `${name}::text AS ${id}`),
      ...profile.values.map((column) => `${this.world.shown(column)} AS ${column.id}`),
    ];
    const found = await sql.unsafe<Record<string, string | null>[]>(`SELECT ${names.join(', ')} FROM ${profile.table}`);
    const rows = found.map((row) =>
      JSON.stringify([
        ...profile.keys.map(({ id, kind }) => canonicalKeyPart(kind, row[id] ?? null)),
        ...profile.values.map(({ id }) => plain(row[id] ?? null)),
      ]),
    );
    return rows.sort().join('\n');
  }
}

/** Rows of a reading. */
function countLines(text: string): number {
  return text === '' ? 0 : text.split('\n').length;
}
