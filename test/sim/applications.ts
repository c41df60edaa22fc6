import type { TransactionSql } from 'postgres';
import { databaseErrorCode } from '../../api/database/errors.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { changeRelated, changeSchema, isRelatedAct } from './applications-links.ts';
import type { Oracle } from './oracle.ts';
import type { ApplicationAct } from './schedule.ts';
import type { SchemaAct } from './schedule-links.ts';
import type { Person } from './person.ts';
import {
  isTracked,
  keyOf,
  kindOf,
  numberedKey,
  partsOf,
  present,
  sqlType,
  whereKey,
  type Profile,
  type ValueColumn,
} from './profiles.ts';
import type { World } from './world.ts';

/** A row of the table: its key, and the text of each value by column id. */
interface Item {
  key: string;
  parts: string[];
  values: Record<string, string | null>;
}

class Aborted extends Error {}

/** What a write that meets another's lock waits before its application gives up. */
const LOCK_MS = 40;

/** Programs that write the table and know nothing of Tandem. */
export class Applications {
  /** Transactions that wrote something. */
  acts = 0;
  /** Resolves a held transaction; null while none is open. */
  private late: { commit: () => void; abort: () => void; done: Promise<unknown> } | null = null;
  /** The end of the one held before, once it is to commit. */
  private committing: Promise<unknown> = Promise.resolve();
  /** What the oracle is to hear once the transaction has committed. */
  private readonly said = new WeakMap<TransactionSql, (() => void)[]>();

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
    await this.world.tellTime();
    if (act === 'beginLate') return this.beginLate(n, m);
    let said: readonly (() => void)[] = [];
    try {
      const done = await this.world.sql.begin(async (tx) => {
        await tx.unsafe(`SET LOCAL lock_timeout = ${LOCK_MS}`);
        said = this.listen(tx);
        return this.perform(tx, act, n, m);
      });
      // What waited for the held transaction came after it, whichever connection's answer is heard first.
      await this.committing;
      for (const say of said) say();
      if (done) this.acts++;
      return done;
    } catch (error) {
      // A constraint, or somebody else's lock: the application hears of it and leaves it.
      if (databaseErrorCode(error) === null) throw error;
      return false;
    }
  }

  async commitLate(): Promise<boolean> {
    const { late } = this;
    if (late === null) return false;
    this.late = null;
    this.acts++;
    late.commit();
    this.committing = late.done;
    await late.done;
    return true;
  }

  /** What a held transaction did is undone, as by the end of its session. */
  async abortLate(): Promise<void> {
    const { late } = this;
    if (late === null) return;
    this.late = null;
    late.abort();
    await late.done;
  }

  private async beginLate(n: number, m: number): Promise<boolean> {
    if (this.late !== null) return false;
    let begun!: (ok: boolean) => void;
    const ready = new Promise<boolean>((resolve) => (begun = resolve));
    let commit!: () => void;
    let abort!: () => void;
    const end = new Promise<void>((resolve, reject) => {
      commit = resolve;
      abort = () => reject(new Aborted());
    });
    let said: readonly (() => void)[] = [];
    const done = this.world.sql
      .begin(async (tx) => {
        await tx.unsafe(`SET LOCAL lock_timeout = ${LOCK_MS}`);
        said = this.listen(tx);
        begun(await this.perform(tx, m % 3 === 0 ? 'insert' : 'update', n, m));
        await end;
      })
      .then(
        () => said.forEach((say) => say()),
        (error: unknown) => {
          begun(false);
          if (databaseErrorCode(error) === null && !(error instanceof Aborted)) throw error;
        },
      );
    this.late = { commit, abort, done };
    if (await ready) return true;
    await this.commitLate();
    return false;
  }

  private get profile(): Profile {
    return this.world.profile;
  }

  private async perform(tx: TransactionSql, act: ApplicationAct, n: number, m: number): Promise<boolean> {
    const { profile } = this;
    const { table } = profile;
    const own = this.world.ownValues();
    switch (act) {
      case 'insert':
        return this.insert(tx, numberedKey(profile, 30_000 + this.fresh()));
      case 'upsert': {
        const row = HEADER_ROW + 1 + (n % 16);
        const key = row <= this.world.tab.rowCount ? this.person.key(row) : null;
        return key !== null && partsOf(profile, key) !== null ? this.upsert(tx, key) : false;
      }
      case 'addColumn':
        this.world.tableTouched = true;
        await tx.unsafe(`ALTER TABLE ${table} ADD COLUMN extra_${this.fresh()} text`);
        return true;
      case 'retypeColumn':
        this.world.tableTouched = true;
        await tx.unsafe(`ALTER TABLE ${table} ALTER COLUMN name TYPE character varying(60)`);
        return true;
      case 'relaxCheck':
      case 'dropColumn':
        return this.redefine(tx, act, n);
      case 'revive':
        return this.revive(tx, n);
      case 'beginLate':
      case 'commitLate':
        return false;
      default:
    }
    if (isRelatedAct(act)) return changeRelated(tx, this.world, act, n, this.fresh);
    const items = await this.read(tx);
    if (act === 'truncate') {
      this.forget(tx, await this.read(tx, undefined, true));
      await tx.unsafe(`TRUNCATE ${table}`);
      return true;
    }
    const item = items[n % Math.max(1, items.length)];
    const column = own[m % own.length]!;
    if (item === undefined) return false;
    switch (act) {
      case 'update':
        return this.update(tx, item.key, column, this.value(column));
      case 'hidden':
        this.oracle.passedTriggers = true;
        await tx.unsafe('SET LOCAL session_replication_role = replica');
        return this.update(tx, item.key, column, this.value(column));
      case 'formulaText':
        return this.update(tx, item.key, profile.values[0]!, `=IMPORTXML("x${this.fresh()}")`);
      case 'noteTaken': {
        const unique = profile.values.find(({ refused }) => refused === 'repeated');
        const row = HEADER_ROW + 1 + (m % 16);
        const position = unique ? this.person.position(unique.id) : null;
        const note = position === null || row > this.world.tab.rowCount ? null : this.world.tab.value(row, position);
        return typeof note === 'string' ? this.update(tx, item.key, unique!, note, true) : false;
      }
      case 'backAndForth': {
        const [text] = profile.values;
        await this.update(tx, item.key, text!, this.value(text!));
        return this.update(tx, item.key, text!, item.values[text!.id]!, true);
      }
      case 'updateMany': {
        const some = items.slice(n % items.length, (n % items.length) + 1 + (m % 6));
        for (const one of some) await this.update(tx, one.key, column, this.value(column));
        return true;
      }
      case 'softDelete':
        if (!profile.soft) return false;
        this.forget(tx, await this.read(tx, item.key));
        await this.mark(tx, profile.soft.mark, this.where(1), item.parts);
        return true;
      case 'delete':
        this.forget(tx, await this.read(tx, item.key));
        await tx.unsafe(`DELETE FROM ${table} WHERE ${this.where(1)}`, item.parts);
        return true;
      case 'rekey': {
        const next = numberedKey(profile, 30_000 + this.fresh());
        const parts = partsOf(profile, next)!;
        const set = profile.keys.map((key, index) => `${key.name} = $${index + 1}::text::${sqlType(key)}`);
        await tx.unsafe(`UPDATE ${table} SET ${set.join(', ')} WHERE ${this.where(parts.length + 1)}`, [
          ...parts,
          ...item.parts,
        ]);
        this.say(tx, () => {
          this.oracle.taint(item.key);
          this.oracle.taint(next);
          this.oracle.deletedByApplication.add(item.key);
        });
        return true;
      }
      default:
        return false;
    }
  }

  /** Takes the mark off a row that is marked as deleted. */
  private async revive(tx: TransactionSql, n: number): Promise<boolean> {
    const { profile } = this;
    if (!profile.soft) return false;
    const names = profile.keys.map(({ id, name }) => `${name}::text AS ${id}`);
    const marked = await tx.unsafe<Record<string, string>[]>(
      `SELECT ${names.join(', ')} FROM ${profile.table} WHERE ${profile.soft.test}
        ORDER BY ${profile.keys.map(({ name }) => name).join(', ')} FOR UPDATE`,
    );
    const row = marked[n % Math.max(1, marked.length)];
    if (row === undefined) return false;
    const parts = profile.keys.map(({ id }) => row[id]!);
    await this.mark(tx, profile.soft.clear, this.where(1), parts);
    this.say(tx, () => this.oracle.taint(keyOf(profile, parts)));
    return true;
  }

  private async mark(tx: TransactionSql, value: string, where: string, parts: readonly string[]): Promise<void> {
    const { table, soft } = this.profile;
    await tx.unsafe(`UPDATE ${table} SET ${soft!.column} = ${value} WHERE ${where}`, [...parts]);
  }

  /** Names the row whose key parts are the parameters from `first` on. */
  private where(first: number): string {
    return whereKey(this.profile, first);
  }

  /** Rows in key order: all of them, or that of a key, which is locked. */
  private async read(tx: TransactionSql, key?: string, lock = key !== undefined): Promise<Item[]> {
    const { keys, values, table } = this.profile;
    const names = [
      ...keys.map(({ id, name }) => `${name}::text AS ${id}`),
      ...values.map((column) => `${this.world.shown(column)} AS ${column.id}`),
    ];
    const parts = key === undefined ? [] : partsOf(this.profile, key);
    // A formula typed into a key cell that is plain text: a key that no application would ask for.
    if (parts === null) return [];
    const rows = await tx.unsafe<Record<string, string | null>[]>(
      `SELECT ${names.join(', ')} FROM ${table} WHERE ${present(this.profile)} ${key === undefined ? '' : `AND ${this.where(1)}`}
        ORDER BY ${keys.map(({ name }) => name).join(', ')} ${lock ? 'FOR UPDATE' : ''}`,
      parts,
    );
    return rows.map((row) => {
      const own = keys.map(({ id }) => row[id]!);
      const values = Object.fromEntries(this.profile.values.map(({ id }) => [id, row[id] ?? null]));
      return { key: keyOf(this.profile, own)!, parts: own, values };
    });
  }

  /** What the transaction says from here on. */
  private listen(tx: TransactionSql): readonly (() => void)[] {
    const said: (() => void)[] = [];
    this.said.set(tx, said);
    return said;
  }

  private say(tx: TransactionSql, what: () => void): void {
    this.said.get(tx)?.push(what);
  }

  private value(column: ValueColumn): string {
    const n = this.fresh();
    return this.oracle.fewValues ? kindOf(column).few(n).stored : kindOf(column).stored(n);
  }

  private async update(
    tx: TransactionSql,
    key: string,
    column: ValueColumn,
    value: string | null,
    again = false,
  ): Promise<boolean> {
    const [item] = await this.read(tx, key);
    if (!item) return false;
    const type = sqlType(column);
    // The value that stands there now is what the column shows of what was given.
    const [now] = await tx.unsafe<{ shown: string | null }[]>(
      `UPDATE ${this.profile.table} SET ${column.name} = $1::text::${type} WHERE ${this.where(2)}
       RETURNING ${this.world.shown(column)} AS shown`,
      [value, ...item.parts],
    );
    this.saw(tx, key, column, item.values[column.id] ?? null, now?.shown ?? null, again);
    return true;
  }

  private async insert(tx: TransactionSql, key: string): Promise<boolean> {
    const { profile } = this;
    const own = this.world.ownValues();
    const columns = [...profile.keys, ...own];
    const types = columns.map(({ type }, index) => `$${index + 1}::text::${sqlType({ type })}`);
    const values = own.map((column) => this.value(column));
    const shown = own.map((column) => `${this.world.shown(column)} AS ${column.id}`);
    const [made] = await tx.unsafe<Record<string, string | null>[]>(
      `INSERT INTO ${profile.table} (${columns.map(({ name }) => name).join(', ')}) VALUES (${types.join(', ')})
       RETURNING ${shown.join(', ')}`,
      [...partsOf(profile, key)!, ...values],
    );
    for (const column of own) this.saw(tx, key, column, null, made![column.id] ?? null);
    return true;
  }

  private saw(
    tx: TransactionSql,
    key: string,
    column: ValueColumn,
    before: string | null,
    after: string | null,
    again = false,
  ): void {
    if (!isTracked(this.profile, column)) return;
    // The trigger's time is that of the statement, not of the commit.
    const at = this.world.clock.ms;
    this.say(tx, () => this.oracle.wrote('table', key, column.id, before, after, again, at));
  }

  private async redefine(tx: TransactionSql, act: SchemaAct, n: number): Promise<boolean> {
    const before = await this.read(tx);
    const { done, gone } = await changeSchema(tx, this.world, act, n);
    if (gone !== null) {
      this.say(tx, () => {
        this.world.columnDropped(gone);
        for (const { values } of before) this.oracle.supersede('table', values[gone] ?? null);
      });
    }
    return done;
  }

  private async upsert(tx: TransactionSql, key: string): Promise<boolean> {
    const [found] = await this.read(tx, key);
    const [text] = this.profile.values;
    if (found) return this.update(tx, key, text!, this.value(text!));
    // The sheet has a row of that key already.
    this.say(tx, () => this.oracle.taint(key));
    return this.insert(tx, key);
  }

  private forget(tx: TransactionSql, items: readonly Item[]): void {
    this.say(tx, () => {
      for (const { key, values } of items) {
        this.oracle.taint(key);
        this.oracle.deletedByApplication.add(key);
        for (const value of Object.values(values)) this.oracle.supersede('table', value);
      }
    });
  }
}
