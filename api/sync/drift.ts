import type { TransactionSql } from 'postgres';
import { mappingFingerprint } from '../../shared/mapping.ts';
import { lanes } from '../../shared/digest.ts';
import { ownValue } from '../../shared/own-value.ts';
import type { HeaderSeen } from '../../shared/protocol/sync.ts';
import { storableText } from '../../shared/text-format.ts';
import type { StoredColumn, StoredRead, StoredRegistry } from '../../drizzle/schema/index.ts';
import type { LinkRecord } from '../links/link-record.ts';
import { takeUpColumns } from '../links/column-books.ts';
import { writeSchemaLog, type SchemaEntry } from '../links/schema-log.ts';
import type { ShapeColumn, TableShape } from '../links/table-shape.ts';
import { findReference, relatedName } from '../links/references.ts';
import { filterTrouble } from './row-filter.ts';
import { renewCapture } from './capture.ts';
import { addKnownRows, addWholeTable } from './dirty.ts';
import { dealtHash, newRowState } from './row-state.ts';
import { renameKept } from './tombstones.ts';
import { TargetTable } from './target-table.ts';
import type { Cells } from '../../shared/cell.ts';
import { unstorable } from './codec/texts.ts';

/** Casts that only widen: every stored value stays valid, and so does every value accounted for. */
const WIDENING: Record<string, readonly string[]> = {
  smallint: ['integer', 'bigint', 'numeric'],
  integer: ['bigint', 'numeric'],
  bigint: ['numeric'],
  real: ['double precision'],
  'character varying': ['text'],
};

/**
 * Takes in what has changed about the table since the last look: renames (the attribute number stays), wider types,
 * columns that went or changed type (suspended: written on neither side, never read as blanks, I13) or came back. A table
 * that is gone or has another primary key pauses the link. Answers whether the mapping, as hosts know it, changed.
 */
export async function adoptTable(
  tx: TransactionSql,
  link: LinkRecord,
  shape: TableShape | null,
  now: Date,
  /** Why a table that took the place of the one that is gone is no substitute. */
  substitute?: string,
): Promise<boolean> {
  const unusable = (shape === null ? substitute : undefined) ?? tableTrouble(link, shape);
  const log: SchemaEntry[] = [];
  if (unusable !== null) {
    // What a sheet pauses for ends with the next look at it, and this does not.
    if (link.state !== 'paused' || link.pausedCause === 'sheet') {
      pause(link, 'table', unusable);
      log.push({ op: 'paused', after: unusable });
    } else if (link.pausedCause === 'table') link.pausedReason = unusable;
    await writeLog(tx, link, log, now);
    return false;
  }
  const resumed = link.pausedCause === 'table';
  if (resumed) {
    unpause(link);
    log.push({ op: 'resumed' });
  }
  if (link.table !== shape!.name) log.push({ op: 'table_renamed', before: link.table, after: shape!.name });
  link.schema = shape!.schema;
  link.table = shape!.name;
  const before = link.columns;
  await renameKept(tx, link.id, renamedColumns(link, shape!));
  const changed = await adopt(tx, link, log, now, (column) => adoptColumn(column, link, shape!));
  const rewritten = link.columns.filter((column, i) => isRewritten(before[i]!, column));
  if (rewritten.length > 0) await addKnownRows(tx, link.id);
  const renamed = link.columns.some(({ key, column }, i) => key && column !== before[i]!.column);
  if (renamed) await renewCapture(tx, shape!);
  // What was captured meanwhile could not be told row by row; what a key was called before is no key any more.
  if (renamed || resumed || rewritten.some(({ key }) => key)) await addWholeTable(tx, new TargetTable(shape!, link));
  adoptUnmapped(link, shape!);
  return changed;
}

/**
 * A new type rewrites the table without firing a trigger, and may have changed how its values are written. A label of an
 * enum that is called otherwise now changes every row that has it, and fires none either. The same goes for what is read
 * from another table.
 */
function isRewritten(before: StoredColumn, now: StoredColumn): boolean {
  const reads = (column: StoredColumn) => column.related ?? column.label;
  return [[before, now] as const, [reads(before), reads(now)] as const].some(([was, is]) => {
    return was?.type !== undefined && (was.type !== is?.type || !keepsLabels(was.labels ?? [], is.labels ?? []));
  });
}

/** Whether all labels are there still, in their order: others may have come in between, but two may not have swapped names. */
function keepsLabels(before: readonly string[], now: readonly string[]): boolean {
  let kept = 0;
  for (const label of now) if (label === before[kept]) kept++;
  return kept === before.length;
}

/** A column as the table has it now: renamed, of a wider type, or suspended. */
function adoptColumn(column: StoredColumn, link: LinkRecord, shape: TableShape): StoredColumn {
  if (column.related !== undefined) return adoptRelated(column, link);
  const found = shape.columns.find((one) => one.attnum === column.attnum);
  if (!found) return suspend(column, 'table', `The table no longer has the column "${column.column}".`);
  const { name, type, cast, baseType, kind, notNull, hasDefault, generated } = found;
  if (!takesAllOf(found, column)) {
    const reason = `The type of "${name}" changed from ${column.type} to ${type}, so it is left alone. Take it up again under Columns in the sidebar.`;
    return suspend({ ...column, column: name }, 'table', reason);
  }
  const fresh: StoredColumn = { ...column, column: name, type, cast, baseType, kind, notNull, hasDefault, generated };
  if (column.label !== undefined) {
    fresh.kind = 'text';
    const lost = lostReference(column, link);
    if (lost !== null) return suspend(fresh, 'table', lost);
    fresh.label = asReadNow(column.label, link);
  }
  if (found.labels) fresh.labels = found.labels;
  else delete fresh.labels;
  fresh.required = link.kind === 'sync' && notNull && !hasDefault && !generated;
  if (column.key && found.makesKey) fresh.madeByTable = true;
  else delete fresh.madeByTable;
  return column.suspendedBy === 'table' ? resume(fresh) : fresh;
}

/** Whether the type is the one the column was mapped with, wider, or only called otherwise or in another schema now. */
function takesAllOf(now: ShapeColumn, before: StoredColumn): boolean {
  if (now.cast === before.cast || ownValue(WIDENING, before.cast)?.includes(now.cast)) return true;
  if (now.kind !== before.kind) return false;
  return now.kind === 'citext' || (now.kind === 'enum' && now.labels?.join('\n') === before.labels?.join('\n'));
}

/**
 * Why the plan of a first sync no longer says what would happen: the table can't be used, or has other columns than those
 * the tab was read for. Null where it still does.
 */
export function planTrouble(link: LinkRecord, shape: TableShape): string | null {
  const trouble = tableTrouble(link, shape);
  if (trouble !== null) return trouble;
  const before = link.columns.filter(({ suspended }) => suspended === undefined);
  const lost = before
    .map((column) => adoptColumn(column, link, shape))
    .find(({ suspended }) => suspended !== undefined);
  return lost === undefined ? null : `${lost.suspended} Sync the tab once, then look at the plan again.`;
}

/** Why a column can't be read over its foreign key any more; null where it can. */
function lostReference({ related, label, header }: StoredColumn, link: LinkRecord): string | null {
  const chosen = (related ?? label)!;
  const reference = findReference(link.references, chosen);
  if (reference === undefined) {
    return `The table no longer has the foreign key that "${header}" was read by. Choose another one under “Filter and directions” in the sidebar.`;
  }
  if (reference.unsure === 'hides') {
    return `Row level security hides rows of "${reference.name}" from the server's database user, so "${header}" can't be read there. Give that user BYPASSRLS, or a policy FOR ALL USING (true).`;
  }
  if (reference.unsure === 'parent') {
    return `Other tables inherit from "${reference.name}", so it can't be told which row "${header}" is to be read from.`;
  }
  if (reference.unsure === 'part') {
    return `"${reference.name}" is a partition of another table, and changes made through that table pass it by, so "${header}" can't be kept up to date. It goes on by itself once "${reference.name}" is detached.`;
  }
  return reference.columns.some(({ attnum }) => attnum === chosen.attnum)
    ? null
    : `The table "${reference.name}" no longer has the column that "${header}" shows.`;
}

/** What a foreign key leads to, and is there, with the type that it has now. */
function asReadNow({ labels: _labels, ...read }: StoredRead, link: LinkRecord): StoredRead {
  const { columns } = findReference(link.references, read)!;
  const { type, labels } = columns.find(({ attnum }) => attnum === read.attnum)!;
  return { ...read, type, ...(labels ? { labels } : {}) };
}

function adoptRelated(column: StoredColumn, link: LinkRecord): StoredColumn {
  const lost = lostReference(column, link);
  if (lost !== null) return suspend(column, 'table', lost);
  const reference = findReference(link.references, column.related!)!;
  const { name, type } = reference.columns.find(({ attnum }) => attnum === column.related!.attnum)!;
  const fresh = { ...column, column: relatedName(reference, name), related: asReadNow(column.related!, link) };
  const [before, now] = [column.type, type].map((one) => one.replace(/\(.*?\)/, ''));
  if (now !== before && !ownValue(WIDENING, before!)?.includes(now!)) {
    const reason = `The type of "${fresh.column}" changed from ${column.type} to ${type}, so it is left alone. Take it out under Columns in the sidebar, and add it again.`;
    return suspend(fresh, 'table', reason);
  }
  fresh.type = type;
  return column.suspendedBy === 'table' ? resume(fresh) : fresh;
}

/** Names that columns of the table had at the last look, mapped or not, with those that they have now. */
function renamedColumns({ columns, registry }: LinkRecord, shape: TableShape): Map<string, string> {
  const names = new Map(shape.columns.map(({ attnum, name }) => [attnum, name]));
  const known = columns.flatMap(({ attnum, column, related }) =>
    related === undefined ? [{ attnum, name: column }] : [],
  );
  return new Map(
    [...known, ...(registry?.unmapped ?? [])].flatMap(({ attnum, name }) => {
      const now = names.get(attnum);
      return now === undefined || now === name ? [] : [[name, now] as const];
    }),
  );
}

/** What the table has besides the columns in use. All that is there at the first look has been left out by a person. */
function adoptUnmapped(link: LinkRecord, shape: TableShape): void {
  const others = shape.columns.filter(({ attnum }) => !link.columns.some((column) => column.attnum === attnum));
  link.registry ??= newRegistry(others.map(({ attnum }) => attnum));
  link.registry.unmapped = others.map(({ attnum, name, type, notNull, hasDefault, generated }) => ({
    attnum,
    name,
    type,
    blocking: notNull && !hasDefault && !generated,
    generated,
  }));
}

export function newRegistry(leftAttnums: number[], leftHeaders: string[] = []): StoredRegistry {
  // What no database can store is no column's name for long.
  return { retired: [], leftAttnums, leftHeaders: leftHeaders.filter((header) => !unstorable(header)), unmapped: [] };
}

export const tableGone = ({ schema, table }: Pick<LinkRecord, 'schema' | 'table'>): string =>
  `The table "${schema}.${table}" is gone. The sync goes on by itself once it is there again; or remove the link and link the tab again.`;

function tableTrouble(link: LinkRecord, shape: TableShape | null): string | null {
  const name = `"${link.schema}.${link.table}"`;
  if (shape === null) return tableGone(link);
  const unsure = link.kind === 'replace' ? shape.unsureWhole : shape.unsure;
  if (unsure !== null) {
    return `The table ${name} can't be synced as it is. ${unsure} The sync goes on by itself once that is changed.`;
  }
  const trouble = filterTrouble(link, shape);
  if (trouble !== null) return trouble;
  if (link.kind === 'replace') return null;
  const mapped = link.columns.filter((column) => column.key).map((column) => column.attnum);
  const same = mapped.length === shape.primaryKey.length && mapped.every((attnum) => shape.primaryKey.includes(attnum));
  if (same) {
    const other = link.columns
      .filter(({ key }) => key)
      .map((column) => ({ column, found: shape.columns.find(({ attnum }) => attnum === column.attnum)! }))
      .find(({ column, found }) => !takesAllOf(found, column));
    return other === undefined
      ? null
      : `The type of "${other.found.name}", the key of ${name}, changed from ${other.column.type} to ${other.found.type}. Remove the link and link the tab again, so that rows are told apart by the new type.`;
  }
  return `The primary key of ${name} was changed. Remove the link and link the tab again, so that rows are told apart by the new key.`;
}

/** Takes in the sheet's headers: renamed ones become the mapping's, columns that are not there are suspended. */
export async function adoptHeaders(
  tx: TransactionSql,
  link: LinkRecord,
  headers: HeaderSeen[],
  now: Date,
): Promise<boolean> {
  const seen = new Map(headers.map((header) => [header.id, header.header]));
  // Brought back by hand, a column is a new one: its blanks were never cleared by anybody (I13).
  const anew = headers.filter(({ id, byHeader }) =>
    link.columns.some((column) => column.id === id && column.suspendedBy === 'sheet' && byHeader === true),
  );
  if (anew.length > 0) {
    await takeUpColumns(
      tx,
      link.id,
      anew.map(({ id }) => id!),
      now,
    );
  }
  return adopt(tx, link, [], now, (column) => {
    const header = seen.get(column.id);
    if (header === undefined) {
      return suspend(
        column,
        'sheet',
        `The sheet no longer has the column "${column.header}". Bring it back with Undo, or end its sync under Columns in the sidebar.`,
      );
    }
    // One that no database can hold is known by its metadata, and called as before.
    const fresh = { ...column, header: (unstorable(header) ? '' : header.trim()) || column.header };
    return column.suspendedBy === 'sheet' ? resume(fresh) : fresh;
  });
}

function suspend(column: StoredColumn, by: 'sheet' | 'table', reason: string): StoredColumn {
  // Once suspended, the first reason stands until its own side lifts it.
  return column.suspended === undefined ? { ...column, suspended: reason, suspendedBy: by } : column;
}

function resume({ suspended: _suspended, suspendedBy: _by, ...column }: StoredColumn): StoredColumn {
  return column;
}

async function adopt(
  tx: TransactionSql,
  link: LinkRecord,
  log: SchemaEntry[],
  now: Date,
  change: (column: StoredColumn) => StoredColumn,
): Promise<boolean> {
  const before = link.columns;
  link.columns = before.map(change);
  log.push(...link.columns.flatMap((column, i) => changesOf(before[i]!, column)));
  await writeLog(tx, link, log, now);
  const fingerprint = mappingFingerprint(link.columns);
  if (fingerprint === link.fingerprint) return false;
  link.fingerprint = fingerprint;
  const active = (columns: StoredColumn[]) =>
    columns
      .filter((c) => c.suspended === undefined)
      .map((c) => c.id)
      .join();
  if (active(before) !== active(link.columns)) {
    await rehash(tx, link);
    if (link.columns.some((column, i) => column.suspended === undefined && before[i]!.suspended !== undefined)) {
      // What the table did to the column meanwhile was not looked at.
      await addKnownRows(tx, link.id);
    }
  }
  return true;
}

function changesOf(before: StoredColumn, after: StoredColumn): SchemaEntry[] {
  const entries: SchemaEntry[] = [];
  const { column, header } = after;
  if (column !== before.column) entries.push({ op: 'column_renamed', column, before: before.column, after: column });
  if (header !== before.header) entries.push({ op: 'header_renamed', column, before: before.header, after: header });
  if (after.type !== before.type) entries.push({ op: 'type_changed', column, before: before.type, after: after.type });
  if (after.suspended !== undefined && before.suspended === undefined) {
    entries.push({ op: 'column_suspended', column: header, after: after.suspended });
  }
  if (after.suspended === undefined && before.suspended !== undefined) {
    entries.push({ op: 'column_resumed', column: header });
  }
  return entries;
}

/** Noticed by a sync: nobody is named. */
function writeLog(tx: TransactionSql, link: LinkRecord, log: readonly SchemaEntry[], now: Date): Promise<void> {
  return writeSchemaLog(tx, { link: link.id, schema: link.schema, table: link.table, actor: null, now }, log);
}

/** Hashes of what was dealt with, over the columns now in use; accounted values of the others are kept as they are. */
export async function rehash(tx: TransactionSql, link: LinkRecord): Promise<void> {
  await tx`DELETE FROM tandem.plan_row WHERE link = ${link.id}::uuid AND ${link.firstSyncWinner === null}`;
  if (link.firstSyncWinner === null) link.staged = 'no';
  let after = '';
  for (;;) {
    const rows = await tx<{ key: string; a: string | null; refused: string | null }[]>`
      SELECT key, a::text AS a, refused::text AS refused FROM tandem."row"
       WHERE link = ${link.id}::uuid AND seen_hi IS NOT NULL AND key > ${after} ORDER BY key LIMIT 5000`;
    if (rows.length === 0) return;
    after = rows.at(-1)!.key;
    const hashes = rows.map(({ key, a, refused }) => {
      const state = newRowState(key);
      state.a = a === null ? null : (JSON.parse(a) as Cells);
      if (refused !== null) state.refused = JSON.parse(refused) as typeof state.refused;
      const [hi, lo] = lanes(dealtHash(state, link.columns) ?? '0000000000000000');
      return { key, hi, lo };
    });
    await tx`
      UPDATE tandem."row" r SET seen_hi = x.hi, seen_lo = x.lo
        FROM json_to_recordset(${JSON.stringify(hashes)}::text::json) AS x (key text, hi bigint, lo bigint)
       WHERE r.link = ${link.id}::uuid AND r.key = x.key`;
  }
}

export function pause(link: LinkRecord, cause: 'person' | 'sheet' | 'table', reason: string): void {
  if (link.state !== 'paused') link.pausedFrom = link.state;
  link.state = 'paused';
  link.pausedCause = cause;
  // Of a sheet's trouble the host tells, by headers that may hold anything.
  link.pausedReason = storableText(reason);
}

export function unpause(link: LinkRecord): void {
  if (link.state === 'paused') link.state = link.pausedFrom ?? 'active';
  link.pausedFrom = link.pausedCause = link.pausedReason = null;
}
