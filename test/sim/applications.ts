import type { TransactionSql } from 'postgres';
import { databaseErrorCode } from '../../api/database/errors.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import type { Oracle } from './oracle.ts';
import type { ApplicationAct } from './schedule.ts';
import type { Person } from './person.ts';
import type { World } from './world.ts';

interface Item {
  id: number;
  name: string | null;
  price: string | null;
  note: string | null;
}

const COLUMNS = { name: 'c2', price: 'c3', note: 'c4' } as const;
type Column = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as Column[];

/** What a write that meets another's lock waits before its application gives up. */
const LOCK_MS = 40;

/** Programs that write the table and know nothing of Tandem. */
export class Applications {
  /** Resolves a held transaction; null while none is open. */
  private late: { commit: () => void; done: Promise<unknown> } | null = null;
  /** What the oracle is to hear once the transaction has committed. */
  private said: (() => void)[] = [];

  constructor(
    private readonly world: World,
    private readonly oracle: Oracle,
    private readonly person: Person,
    private readonly fresh: () => number,
  ) {}

  get holdsTransaction(): boolean {
    return this.late !== null;
  }

  /** Answers whether the database took it. */
  async act(act: ApplicationAct, n: number, m: number): Promise<boolean> {
    if (act === 'commitLate') return this.commitLate();
    if (act === 'beginLate') return this.beginLate(n, m);
    const held = this.said;
    this.said = [];
    try {
      const done = await this.world.sql.begin(async (tx) => {
        await tx.unsafe(`SET LOCAL lock_timeout = ${LOCK_MS}`);
        return this.perform(tx, act, n, m);
      });
      for (const say of this.said) say();
      return done;
    } catch (error) {
      // A constraint, or somebody else's lock: the application hears of it and leaves it.
      if (databaseErrorCode(error) === null) throw error;
      return false;
    } finally {
      this.said = held;
    }
  }

  async commitLate(): Promise<boolean> {
    const { late } = this;
    if (late === null) return false;
    this.late = null;
    late.commit();
    await late.done;
    for (const say of this.said.splice(0)) say();
    return true;
  }

  private async beginLate(n: number, m: number): Promise<boolean> {
    if (this.late !== null) return false;
    let begun!: (ok: boolean) => void;
    const ready = new Promise<boolean>((resolve) => (begun = resolve));
    let commit!: () => void;
    const end = new Promise<void>((resolve) => (commit = resolve));
    const done = this.world.sql
      .begin(async (tx) => {
        await tx.unsafe(`SET LOCAL lock_timeout = ${LOCK_MS}`);
        begun(await this.perform(tx, m % 3 === 0 ? 'insert' : 'update', n, m));
        await end;
      })
      .catch((error: unknown) => {
        this.said = [];
        begun(false);
        if (databaseErrorCode(error) === null) throw error;
      });
    this.late = { commit, done };
    if (await ready) return true;
    await this.commitLate();
    return false;
  }

  private async perform(tx: TransactionSql, act: ApplicationAct, n: number, m: number): Promise<boolean> {
    const ids = (await tx<{ id: number }[]>`SELECT id FROM item ORDER BY id`).map(({ id }) => id);
    const id = ids[n % Math.max(1, ids.length)];
    const column = NAMES[m % NAMES.length]!;
    switch (act) {
      case 'insert':
        return this.insert(tx, 30_000 + this.fresh());
      case 'upsert': {
        const row = HEADER_ROW + 1 + (n % 16);
        const key = Number(row <= this.world.tab.rowCount ? this.person.key(row) : null);
        return Number.isInteger(key) && key > 0 && key < 1e6 ? this.upsert(tx, key) : false;
      }
      case 'truncate':
        await this.forget(tx, ids);
        await tx`TRUNCATE item`;
        return true;
      case 'addColumn':
        this.world.tableTouched = true;
        await tx.unsafe(`ALTER TABLE item ADD COLUMN extra_${this.fresh()} text`);
        return true;
      case 'retypeColumn':
        this.world.tableTouched = true;
        await tx.unsafe('ALTER TABLE item ALTER COLUMN name TYPE character varying(60)');
        return true;
      case 'beginLate':
      case 'commitLate':
        return false;
      default:
    }
    if (id === undefined) return false;
    switch (act) {
      case 'update':
        return this.update(tx, id, column, this.value(column));
      case 'formulaText':
        return this.update(tx, id, 'name', `=IMPORTXML("x${this.fresh()}")`);
      case 'noteTaken': {
        const row = HEADER_ROW + 1 + (m % 16);
        const position = this.person.position('c4');
        const note = position === null || row > this.world.tab.rowCount ? null : this.world.tab.value(row, position);
        return typeof note === 'string' ? this.update(tx, id, 'note', note, true) : false;
      }
      case 'backAndForth': {
        const [old] = await tx<Item[]>`SELECT id, name, price::text, note FROM item WHERE id = ${id}`;
        await this.update(tx, id, 'name', this.value('name'));
        return this.update(tx, id, 'name', old!.name, true);
      }
      case 'updateMany': {
        const some = ids.slice(n % ids.length, (n % ids.length) + 1 + (m % 6));
        for (const one of some) await this.update(tx, one, column, this.value(column));
        return true;
      }
      case 'delete':
        await this.forget(tx, [id]);
        await tx`DELETE FROM item WHERE id = ${id}`;
        return true;
      case 'rekey': {
        const next = 30_000 + this.fresh();
        await tx`UPDATE item SET id = ${next} WHERE id = ${id}`;
        this.say(() => {
          this.oracle.taint(String(id));
          this.oracle.taint(String(next));
          this.oracle.deletedByApplication.add(String(id));
        });
        return true;
      }
      default:
        return false;
    }
  }

  private say(what: () => void): void {
    this.said.push(what);
  }

  private value(column: Column): string {
    const n = this.fresh();
    if (this.oracle.fewValues) return column === 'price' ? String(1 + (n % 3)) : 'xyz'[n % 3]!;
    if (column === 'price') return `${1000 + n}.50`;
    return column === 'name' ? `a${n}` : `an${n}`;
  }

  private async update(
    tx: TransactionSql,
    id: number,
    column: Column,
    value: string | null,
    again = false,
  ): Promise<boolean> {
    const [old] = await tx<{ old: string | null }[]>`
      SELECT ${tx(column)}::text AS old FROM item WHERE id = ${id} FOR UPDATE`;
    if (!old) return false;
    await tx.unsafe(
      `UPDATE item SET ${column} = $1::text::${column === 'price' ? 'numeric' : 'text'} WHERE id = $2::int`,
      [value, String(id)],
    );
    this.say(() => this.oracle.wrote('table', String(id), COLUMNS[column], old.old, value, again));
    return true;
  }

  private async insert(tx: TransactionSql, id: number): Promise<boolean> {
    const item = { name: this.value('name'), price: this.value('price'), note: this.value('note') };
    await tx`INSERT INTO item (id, name, price, note)
             VALUES (${id}, ${item.name}, ${item.price}::text::numeric, ${item.note})`;
    this.say(() => {
      this.oracle.taint(String(id));
      for (const column of NAMES) this.oracle.wrote('table', String(id), COLUMNS[column], null, item[column]);
    });
    return true;
  }

  private async upsert(tx: TransactionSql, id: number): Promise<boolean> {
    const [old] = await tx<Item[]>`SELECT id, name, price::text, note FROM item WHERE id = ${id} FOR UPDATE`;
    if (!old) return this.insert(tx, id);
    return this.update(tx, id, 'name', this.value('name'));
  }

  private async forget(tx: TransactionSql, ids: readonly number[]): Promise<void> {
    const rows = await tx<Item[]>`SELECT id, name, price::text, note FROM item WHERE id IN ${tx(ids)} FOR UPDATE`;
    this.say(() => {
      for (const row of rows) {
        this.oracle.taint(String(row.id));
        this.oracle.deletedByApplication.add(String(row.id));
        for (const column of NAMES) this.oracle.supersede('table', row[column]);
      }
    });
  }
}
