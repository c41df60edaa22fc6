import { randomUUID } from 'node:crypto';
import type { ISql, Sql } from 'postgres';
import type { Cell, Cells } from '../../shared/cell.ts';
import { rowHash } from '../../shared/digest.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import { jsonRows } from './json-rows.ts';
import type { TargetTable } from './target-table.ts';
import type { Work } from './work.ts';

/** An offer with what the hub keeps to settle it. */
export interface StoredOffer extends Offer {
  epoch: number;
  /** The table's values it stands for. */
  bValue: Record<string, string | null>;
  /** Row hash of the sheet where all of it is written exactly; null for a delete. */
  hashAfter: string | null;
}

/** The offer that a decision asks for; null where every cell shows the table's value already. */
export function makeOffer(work: Work, table: TargetTable, epoch: number): StoredOffer | null {
  const { state, sheet, offer } = work;
  const base = { id: randomUUID(), key: state.key, epoch };
  if (offer === null) return null;
  if (offer.kind === 'delete') {
    const cells = table.ids.map((column) => ({ column, base: sheet![column] ?? null, value: null as Cell }));
    return { ...base, kind: 'delete', cells, bValue: {}, hashAfter: null };
  }
  if (offer.kind === 'rekey') {
    const cells = Object.entries(offer.cells).map(([column, value]) => ({
      column,
      base: sheet![column] ?? null,
      value,
    }));
    return { ...base, kind: 'rekey', cells, bValue: {}, hashAfter: null };
  }
  const { values } = work.table!;
  if (offer.kind === 'insert') {
    const shown = table.cells(values);
    const cells = table.ids.map((column) => ({ column, base: null as Cell, value: shown[column] ?? null }));
    return { ...base, kind: 'insert', cells, bValue: values, hashAfter: rowHash(state.key, table.ids, shown) };
  }
  const cells = offer.columns.map((column) => ({
    column,
    base: sheet![column] ?? null,
    value: table.show(table.column(column)!, values[column] ?? null),
  }));
  if (work.original) {
    // Witnesses: nothing is written there, but no other copy of the key shows just this.
    for (const column of table.ids) {
      if (offer.columns.includes(column)) continue;
      cells.push({ column, base: sheet![column] ?? null, value: sheet![column] ?? null });
    }
  }
  const after: Cells = { ...sheet };
  for (const { column, value } of cells) after[column] = value;
  const bValue = Object.fromEntries(offer.columns.map((column) => [column, values[column] ?? null]));
  return { ...base, kind: 'update', cells, bValue, hashAfter: rowHash(state.key, table.ids, after) };
}

/** Cells the offer is to change; the others only tell which row is meant. */
export function offeredCells({ kind, cells, bValue }: StoredOffer): StoredOffer['cells'] {
  return kind === 'update' ? cells.filter(({ column }) => column in bValue) : cells;
}

/** An offer as the host is told it. `archive`: when the row to delete went, if it is to be kept in the archive tab. */
export function wireOffer({ id, key, kind, cells }: StoredOffer, archive?: string): Offer {
  return { id, key, kind, cells, ...(archive === undefined || kind !== 'delete' ? {} : { archive }) };
}

interface Raw {
  id: string;
  key: string;
  kind: StoredOffer['kind'];
  epoch: number;
  cells: string;
  bValue: string;
  hashAfter: string | null;
}

const toOffer = ({ cells, bValue, ...raw }: Raw): StoredOffer => ({
  ...raw,
  cells: JSON.parse(cells) as StoredOffer['cells'],
  bValue: JSON.parse(bValue) as StoredOffer['bValue'],
});

/** Live offers of a link, by row key: all, or those for the given keys. */
export async function loadOffers(
  tx: Sql | ISql,
  link: string,
  keys?: readonly string[],
): Promise<Map<string, StoredOffer>> {
  const rows = await tx<Raw[]>`
    SELECT id, key, kind, epoch::float8 AS epoch, cells::text AS cells, b_value::text AS "bValue",
           hash_after AS "hashAfter"
      FROM tandem.offer WHERE link = ${link}::uuid
       ${keys ? tx`AND key IN (SELECT json_array_elements_text(${JSON.stringify(keys)}::text::json))` : tx``}`;
  return new Map(rows.map((row) => [row.key, toOffer(row)]));
}

export async function insertOffers(
  tx: Sql | ISql,
  link: string,
  offers: readonly StoredOffer[],
  now: Date,
): Promise<void> {
  if (offers.length === 0) return;
  await tx`
    INSERT INTO tandem.offer (id, link, key, epoch, kind, cells, b_value, hash_after, created_at)
    SELECT x.id, ${link}::uuid, x.key, x.epoch, x.kind, x.cells::json, x."bValue"::json, x."hashAfter",
           ${now.toISOString()}::text::timestamptz
      FROM json_to_recordset(${jsonRows(offers, ['cells', 'bValue'])}::text::json)
        AS x (id uuid, key text, epoch bigint, kind text, cells text, "bValue" text, "hashAfter" text)`;
}

export async function deleteOffers(tx: Sql | ISql, link: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx`
    DELETE FROM tandem.offer WHERE link = ${link}::uuid
       AND id IN (SELECT json_array_elements_text(${JSON.stringify(ids)}::text::json)::uuid)`;
}
