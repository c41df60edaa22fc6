import type { TransactionSql } from 'postgres';
import { isBlank, isError, showCell, type Cell, type Cells } from '../../shared/cell.ts';
import { shorten } from '../../shared/text-format.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { findReference, qualifiedName, type Reference } from '../links/references.ts';
import { toTable, type Encoded } from './codec/index.ts';
import { NOT_TEXT, unstorable } from './codec/texts.ts';
import { quoteName } from './quote-name.ts';
import type { TargetTable } from './target-table.ts';
import { labelText } from './value-sql.ts';

/** Types of keys whose texts the codecs judge as strictly as the database does. */
const JUDGED = new Set(['smallint', 'integer', 'bigint', 'uuid', 'text', 'character varying']);

/** Labels compared for a near match of one that is not there. */
const NEAR_POOL = 2_000;

/** Rows that one look-up answers at most. */
const MOST_FOUND = 20_000;

/** What typed texts of one labelled column mean. */
interface Known {
  /** Keys by label, and labels by key; of the texts that were looked up. */
  keys: Map<string, Set<string>>;
  labels: Map<string, string>;
  /** Near matches of those that are neither. */
  near: Map<string, string[]>;
}

/** Labels of foreign keys, looked up for the cells of a batch of rows before they are decided. */
export class Labels {
  private readonly known = new Map<string, Known>();

  /** Looks up what the cells of labelled columns mean. */
  async load(tx: TransactionSql, table: TargetTable, rows: Iterable<Cells>): Promise<void> {
    const columns = table.columns.filter((column) => column.label !== undefined);
    if (columns.length === 0) return;
    const cells = [...rows];
    for (const column of columns) {
      const texts = cells.flatMap((row) => typedTexts(row[column.id] ?? null)).filter((text) => !unstorable(text));
      await this.loadColumn(tx, table, column, [...new Set(texts)]);
    }
  }

  private async loadColumn(
    tx: TransactionSql,
    table: TargetTable,
    column: StoredColumn,
    texts: string[],
  ): Promise<void> {
    const known = this.known.get(column.id) ?? { keys: new Map(), labels: new Map(), near: new Map() };
    this.known.set(column.id, known);
    const source = labelSource(table.link.references, column);
    if (source === null || texts.length === 0) return;
    const keys = keyTexts(table, column, texts);
    const found = await tx.unsafe<{ key: string; label: string | null }[]>(
      lookUpSql(source, keys?.cast ?? null),
      [texts, keys?.texts ?? texts].map((some) => JSON.stringify(some)),
    );
    // Cut off, it would pass a label of several rows for one that stands for a single row.
    if (found.length === MOST_FOUND && texts.length > 1) {
      const middle = texts.length >> 1;
      await this.loadColumn(tx, table, column, texts.slice(0, middle));
      return this.loadColumn(tx, table, column, texts.slice(middle));
    }
    for (const { key, label } of found) {
      known.labels.set(key, label ?? key);
      if (label === null) continue;
      const keys = known.keys.get(label);
      if (keys) keys.add(key);
      else known.keys.set(label, new Set([key]));
    }
    const isKnown = (text: string) => known.keys.has(text) || known.labels.has(text);
    // Asked for by the bare spelling alone, of cells that no spelling stands for.
    const unknown = texts.filter((text) => text === bare(text) && ![text, text.normalize('NFD')].some(isKnown));
    if (unknown.length === 0) return;
    const pool = await tx.unsafe<{ label: string }[]>(
      `SELECT DISTINCT ${source.label} AS label FROM ${source.from} WHERE ${source.label} <> '' LIMIT ${NEAR_POOL}`,
    );
    for (const text of unknown) {
      const near = nearest(
        text,
        pool.map(({ label }) => label),
      );
      known.near.set(text, near);
    }
  }

  /** The key and label that a cell stands for. A label comes before a key that reads the same. */
  encode(column: StoredColumn, cell: Cell): Encoded {
    const texts = typedTexts(cell);
    if (texts.length === 0) return { text: null };
    if (texts.some(unstorable)) return { refused: NOT_TEXT };
    const known = this.known.get(column.id);
    const text = texts.find((one) => known?.keys.has(one)) ?? texts.find((one) => known?.labels.has(one)) ?? bare(cell);
    const keys = [...(known?.keys.get(text) ?? [])];
    if (keys.length === 1) return { text: labelText({ key: keys[0]!, label: text }) };
    if (keys.length > 1) {
      const shown = keys.slice(0, 5).join(', ') + (keys.length > 5 ? ', …' : '');
      return { refused: `stands for ${keys.length} different rows. Type one of their keys instead: ${shown}` };
    }
    const label = known?.labels.get(text);
    if (label !== undefined) return { text: labelText({ key: text, label }) };
    const near = known?.near.get(text) ?? [];
    const hint = near.length > 0 ? `; near it: ${near.map((one) => `"${one}"`).join(', ')}` : '';
    return { refused: `must be one of the choices, and "${shorten(text, 100)}" is none of them${hint}` };
  }
}

/**
 * Rows whose label is among the texts `$1`, or whose key is among `$2`. Two statements in one, each of which an index can
 * answer: the key's own, where it is compared in its type, and one on the label, where somebody made it.
 */
export function lookUpSql({ from, key, label, keyColumn }: LabelSource, keyCast: string | null): string {
  const among = (n: number, cast: string) =>
    `= ANY (ARRAY(SELECT json_array_elements_text($${n}::text::json)${cast === '' ? '' : `::${cast}`}))`;
  const select = `SELECT ${key} AS key, nullif(${label}, '') AS label FROM ${from}`;
  const byKey = keyCast === null ? `${key} ${among(2, '')}` : `${keyColumn} ${among(2, keyCast)}`;
  return `${select} WHERE ${label} ${among(1, '')} UNION ${select} WHERE ${byKey} ORDER BY 1 LIMIT ${MOST_FOUND}`;
}

/**
 * Texts that can be a key of the column, as the table spells them, and the type to compare them in; null for types whose
 * texts only the database could judge: there the keys are compared as text, row by row.
 */
function keyTexts(table: TargetTable, column: StoredColumn, texts: readonly string[]) {
  const own = table.shape.columns.find(({ attnum }) => attnum === column.attnum);
  if (own === undefined || !JUDGED.has(own.cast)) return null;
  const asKey: StoredColumn = { ...column, kind: own.kind, cast: own.cast, baseType: own.baseType };
  const kept = texts.flatMap((text) => {
    const encoded = toTable(asKey, text, table.link.timeZone);
    return 'refused' in encoded || encoded.text === null ? [] : [encoded.text];
  });
  return { cast: own.cast, texts: kept };
}

const bare = (cell: Cell): string => showCell(cell).normalize('NFC').trim();

/** What a cell may stand for: as it is, which a label with spaces at its end shows, and spelled in either usual way. */
function typedTexts(cell: Cell): string[] {
  if (isBlank(cell) || isError(cell) || bare(cell) === '') return [];
  return [...new Set([showCell(cell), bare(cell), bare(cell).normalize('NFD')])];
}

export type LabelSource = NonNullable<ReturnType<typeof labelSource>>;

/** SQL parts that read a labelled column's keys and labels. */
export function labelSource(references: readonly Reference[], { label }: StoredColumn) {
  const reference = label && findReference(references, label);
  if (reference === undefined) return null;
  const name = (attnum: number) => reference.columns.find((one) => one.attnum === attnum)?.name;
  const [key, text] = [name(label!.to[0]!), name(label!.attnum)];
  if (key === undefined || text === undefined) return null;
  return {
    from: qualifiedName(reference),
    key: `${quoteName(key)}::text`,
    /** The key in its own type, to look it up by. */
    keyColumn: quoteName(key),
    label: `${quoteName(text)}::text`,
    /** The label in its own type, to sort by. */
    value: quoteName(text),
  };
}

/** At most three labels that somebody may have meant, nearest first. */
export function nearest(text: string, labels: readonly string[]): string[] {
  const plain = (one: string) => one.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
  const typed = plain(text);
  const most = Math.max(1, Math.ceil(typed.length / 3));
  return labels
    .map((label) => {
      const other = plain(label);
      const distance = other.startsWith(typed) && typed.length > 1 ? 0.5 : editDistance(typed, other, most);
      return { label, distance };
    })
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || (a.label < b.label ? -1 : 1))
    .slice(0, 3)
    .map(({ label }) => label);
}

/** Levenshtein distance of two texts, or more than `most` where it is. */
function editDistance(left: string, right: string, most: number): number {
  if (Math.abs(left.length - right.length) > most) return most + 1;
  let row = Array.from({ length: right.length + 1 }, (_, n) => n);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[right.length]!;
}
