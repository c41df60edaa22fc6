import { databaseErrorCode } from '../../../api/database/errors.ts';
import type { Cell } from '../../../shared/cell.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { plain } from '../oracle.ts';
import { columnIds, toCell } from '../sheet-effects.ts';
import type { World } from '../world.ts';

/** A change of a row within this time after the sync wrote it is taken for the sync's own echo. */
const COOLDOWN_MS = 5_000;

interface Item {
  id: string;
  name: string | null;
  price: string | null;
  note: string | null;
}

const hashOf = (values: readonly (string | null)[]): string => JSON.stringify(values);

/**
 * The design that is usually built first, as a control: a row is its number in the sheet, a change is a changed row
 * hash, an echo is whatever changes within five seconds of an own write (the origin stamp), and the last write wins, row
 * by row. It gets the best conditions: no run dies and no message is lost.
 */
export class NaiveSync {
  private readonly keyOfRow = new Map<number, string>();
  private readonly sheetHash = new Map<number, string>();
  private readonly tableHash = new Map<string, string>();
  private readonly sheetEdits = new Map<number, number>();
  private readonly tableEdits = new Map<string, number>();
  private readonly wroteRow = new Map<number, number>();
  private readonly wroteKey = new Map<string, number>();
  readonly deliveredToTable = new Set<string>();
  readonly deliveredToSheet = new Set<string>();
  writes = 0;
  /** Writes that the database refused: logged as FAILED, and forgotten. */
  failed = 0;
  /** Edits taken for echoes. */
  dropped = 0;

  constructor(private readonly world: World) {}

  /** Looks at both sides as edit events and update triggers would, at the moment something happened. */
  async observe(first = false): Promise<void> {
    const now = this.world.clock.ms;
    const rows = this.sheetRows();
    for (const [row, cells] of rows) {
      const hash = hashOf(cells);
      if (this.sheetHash.get(row) === hash) continue;
      this.sheetHash.set(row, hash);
      if (first) this.keyOfRow.set(row, cells[0]!);
      else if (now - (this.wroteRow.get(row) ?? -Infinity) < COOLDOWN_MS) this.dropped++;
      else this.sheetEdits.set(row, now);
    }
    const items = await this.tableRows();
    for (const [key, item] of items) {
      const hash = hashOf([item.name, item.price, item.note]);
      if (this.tableHash.get(key) === hash) continue;
      this.tableHash.set(key, hash);
      if (first) continue;
      if (now - (this.wroteKey.get(key) ?? -Infinity) < COOLDOWN_MS) this.dropped++;
      else this.tableEdits.set(key, now);
    }
    for (const key of [...this.tableHash.keys()]) {
      if (items.has(key)) continue;
      this.tableHash.delete(key);
      this.tableEdits.set(key, now);
    }
  }

  async sync(): Promise<void> {
    await this.observe();
    const items = await this.tableRows();
    const rowOfKey = new Map([...this.keyOfRow].map(([row, key]) => [key, row]));
    for (const [row, editedAt] of this.sheetEdits) {
      const cells = this.sheetRows().get(row);
      const key = this.keyOfRow.get(row) ?? cells?.[0] ?? null;
      if (!cells || key === null || !/^\d{1,9}$/.test(key)) continue;
      if ((this.tableEdits.get(key) ?? -1) > editedAt) continue;
      this.tableEdits.delete(key);
      this.keyOfRow.set(row, key);
      await this.writeTable(key, cells.slice(1));
    }
    this.sheetEdits.clear();
    for (const key of this.tableEdits.keys()) {
      const item = items.get(key);
      const row = rowOfKey.get(key);
      if (item) this.writeSheet(row ?? this.world.tab.dataExtent().rows + 1, item);
      else if (row !== undefined) this.deleteRow(row);
    }
    this.tableEdits.clear();
    await this.settleHashes();
  }

  private async writeTable(key: string, [name, price, note]: (string | null)[]): Promise<void> {
    try {
      await this.world.sql`
        INSERT INTO item (id, name, price, note) VALUES (${key}::text::int, ${name!}, ${price!}::text::numeric, ${note!})
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = excluded.price, note = excluded.note`;
      this.writes++;
      for (const value of [name, price, note]) if (value) this.deliveredToTable.add(value);
      this.wroteKey.set(key, this.world.clock.ms);
    } catch (error) {
      if (databaseErrorCode(error) === null) throw error;
      this.failed++;
    }
  }

  private writeSheet(row: number, { id, name, price, note }: Item): void {
    const { tab } = this.world;
    if (row > tab.rowCount) tab.insertRows(tab.rowCount + 1, row - tab.rowCount, 'before');
    const values: Record<string, Cell> = {
      c1: Number(id),
      c2: name,
      c3: price === null ? null : Number(price),
      c4: note,
    };
    for (const [position, column] of columnIds(tab)) {
      const value = values[column];
      if (value === undefined || (typeof value === 'object' && value !== null)) continue;
      tab.setInput(row, position, value, { mode: 'raw' });
      if (value !== null) this.deliveredToSheet.add(plain(value)!);
    }
    this.keyOfRow.set(row, id);
    this.wroteRow.set(row, this.world.clock.ms);
    this.writes++;
  }

  private deleteRow(row: number): void {
    const { tab } = this.world;
    if (row > tab.rowCount || tab.rowCount <= HEADER_ROW + 1) return;
    tab.deleteRows(row, 1);
    this.writes++;
    const after = [...this.keyOfRow].filter(([one]) => one !== row);
    this.keyOfRow.clear();
    for (const [one, key] of after) this.keyOfRow.set(one > row ? one - 1 : one, key);
  }

  /** What the sync wrote is known to it: no event for that. */
  private async settleHashes(): Promise<void> {
    this.sheetHash.clear();
    for (const [row, cells] of this.sheetRows()) this.sheetHash.set(row, hashOf(cells));
    this.tableHash.clear();
    for (const [key, { name, price, note }] of await this.tableRows())
      this.tableHash.set(key, hashOf([name, price, note]));
  }

  private sheetRows(): Map<number, (string | null)[]> {
    const { tab } = this.world;
    const positions = new Map([...columnIds(tab)].map(([position, id]) => [id, position]));
    const rows = new Map<number, (string | null)[]>();
    for (let row = HEADER_ROW + 1; row <= tab.dataExtent().rows; row++) {
      const cells = ['c1', 'c2', 'c3', 'c4'].map((id) => {
        const position = positions.get(id);
        return position === undefined ? null : plain(toCell(tab.value(row, position), ''));
      });
      if (cells.some((cell) => cell !== null)) rows.set(row, cells);
    }
    return rows;
  }

  private async tableRows(): Promise<Map<string, Item>> {
    const rows = await this.world.sql<
      Item[]
    >`SELECT id::text AS id, name, price::text AS price, note FROM item ORDER BY id`;
    return new Map(rows.map((row) => [row.id, row]));
  }
}
