import type { Cell } from '../../shared/cell.ts';
import type { Block, SheetReading } from '../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { plain, type Oracle } from './oracle.ts';
import { keyOf } from './profiles.ts';
import { columnIds, toCell } from './sheet-effects.ts';
import type { World } from './world.ts';

/**
 * Watches for writes that hit the row of another key, as rows moved after a run's last reading, where rows move again
 * before it looks: it does not find them where it wrote (a known gap).
 */
export class RowsMovedOn {
  private hits: { row: number; key: string; places: string[] }[] = [];

  constructor(
    private readonly world: World,
    private readonly oracle: Oracle,
  ) {}

  /** To be called right before a block is written. */
  writes({ row, position, values }: Block, reading: SheetReading | null): void {
    const ids = columnIds(this.world.tab);
    values.forEach((line, index) => {
      const key = this.keyAt(row + index);
      const cells = reading?.rows[row + index - HEADER_ROW - 1] ?? [];
      const read = this.keyIn((id) => cells[reading?.columns.findIndex((column) => column.id === id) ?? -1] ?? null);
      if (key === null || key === read) return;
      const places = line.map((value, j) => `${key}:${ids.get(position + j)}:${plain(value)}`);
      this.hits.push({ row: row + index, key, places });
    });
  }

  /** To be called as a run reads the sheet. */
  look(): void {
    const gone = this.hits.filter(({ row, key }) => this.keyAt(row) !== key);
    for (const place of gone.flatMap(({ places }) => places)) this.oracle.movedOn.add(place);
    this.hits = [];
  }

  private keyAt(row: number): string | null {
    const { tab } = this.world;
    const ids = [...columnIds(tab)];
    return this.keyIn((id) => {
      const [position] = ids.find(([, one]) => one === id) ?? [];
      return position === undefined ? null : toCell(tab.value(row, position), tab.numberFormat(row, position));
    });
  }

  private keyIn(cell: (id: string) => Cell): string | null {
    const { profile } = this.world;
    return keyOf(
      profile,
      profile.keys.map(({ id }) => cell(id)),
    );
  }
}
