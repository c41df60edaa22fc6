import type { ISql, Sql, TransactionSql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import type { LinkInfo, LinkSettings } from '../../shared/protocol/links.ts';
import type { MappedColumn, Mapping } from '../../shared/mapping.ts';
import type { StoredColumn, StoredFilter, StoredRegistry, StoredReplace } from '../../drizzle/schema/index.ts';
import type { StrayValue } from '../sync/astray.ts';
import type { Policy } from '../sync/policy.ts';
import { referencesSql, type Reference } from './references.ts';
import type { Caller } from '../context.ts';

/** `suspect`: first seen while values were astray, one of which may stand in it. */
export interface KeylessSeen {
  hash: string;
  complete: boolean;
  tried: number;
  /** Scans to let pass before the next try. */
  waits?: number;
  suspect?: boolean;
}

/** What the last scan said that later messages and the status need. */
export interface LastScan {
  epoch: number;
  buckets: number;
  /** Buckets that differed; null where the epoch was opened by an edit's rows and nothing is known about the rest. */
  different: number[] | null;
  complete: boolean;
  rows: number;
  /** `original`: sheet row of the one copy that goes on syncing; null where that can't be told. */
  duplicates: { key: string; rows: number[]; original: number | null }[];
  blankKeys: { row: number; reason: string }[];
  /** Rows whose key is left to the table; `tried`: how often keys were reserved for them in vain. */
  keyless?: KeylessSeen[];
  /** Why Sheets refused a key that was reserved for one of them, when one was last tried. */
  unkeyed?: string;
  /** Values that may stand in one of the rows so marked, until those have keys. */
  unplaced?: StrayValue[];
  /** Values of a dead run that this scan did not find where they belong. */
  astray?: StrayValue[];
  /** Of a replace link: the whole tab. */
  digest?: string;
  /** The same of the epoch's own acks: for the scan to come. */
  overlooked?: StrayValue[];
}

/** A link as the verbs work on it. Counters are doubles: they stay far below 2^53. */
export interface LinkRecord {
  id: string;
  spreadsheet: string;
  sheet: number;
  sheetName: string;
  timeZone: string;
  relation: number;
  schema: string;
  table: string;
  epoch: number;
  lastSeq: number;
  openRun: string | null;
  openIfEpoch: number | null;
  /** Whose run is live, and until when at the latest (milliseconds since 1970). Written by api/sync/lease.ts alone. */
  leaseHost: 'script' | 'rest' | null;
  /** Run that has the lease. */
  leaseRun: string | null;
  leaseUntil: number | null;
  scanNo: number;
  lastScan: LastScan | null;
  columns: StoredColumn[];
  fingerprint: string;
  /** Null until the table was first looked at. */
  registry: StoredRegistry | null;
  /** See drizzle/schema/link.ts. */
  kind: 'sync' | 'replace';
  filter: StoredFilter | null;
  lockAttnums: number[];
  relatedRelations: number[];
  /** Foreign keys to those tables, as the catalogue has them now. Not stored. */
  references: Reference[];
  replaced: StoredReplace | null;
  policy: Policy;
  missingMode: LinkSettings['missingMode'];
  /** Column that says a row is deleted, by its number in the table; used in mode `soft` alone. */
  softDeleteAttnum: number | null;
  removedMode: LinkSettings['removedMode'];
  /** See api/sync/lease.ts. */
  runAgain: boolean;
  constraintPrint: string | null;
  state: 'preview' | 'active' | 'paused';
  pausedFrom: 'preview' | 'active' | null;
  pausedCause: 'person' | 'sheet' | 'table' | null;
  pausedReason: string | null;
  staged: 'no' | 'partly' | 'complete';
  firstSyncWinner: 'sheet' | 'table' | null;
  owner: string;
  ownerEmail: string | null;
  members: string[];
  /**
   * When the last scan arrived that showed nothing but what was dealt with: milliseconds since 1970 on the database's
   * clock. Every edit not dealt with is later, but for the time the scan itself took.
   */
  scannedAt?: number | null;
  /** ISO instant; null before the first sync. */
  lastSyncAt: string | null;
}

type Parsed = 'filter' | 'lockAttnums' | 'relatedRelations' | 'references' | 'replaced';

type Raw = Omit<LinkRecord, 'lastScan' | 'columns' | 'members' | 'registry' | Parsed> & {
  filter: string | null;
  lockAttnums: string;
  relatedRelations: string;
  references: string | null;
  replaced: string | null;
  lastScan: string | null;
  mapping: string;
  members: string;
  registry: string | null;
};

const columnsOf = (sql: Sql | ISql) => sql`
  id, spreadsheet, sheet::float8 AS sheet, sheet_name AS "sheetName", time_zone AS "timeZone",
  relation::int8::float8 AS relation, table_schema AS schema, table_name AS table, epoch::float8 AS epoch,
  last_seq AS "lastSeq", open_run AS "openRun", open_if_epoch::float8 AS "openIfEpoch",
  lease_host AS "leaseHost", lease_run AS "leaseRun", (extract(epoch FROM lease_until) * 1000)::float8 AS "leaseUntil", scan_no::float8 AS "scanNo",
  last_scan::text AS "lastScan", mapping::text AS mapping, map_fingerprint AS fingerprint, registry::text AS registry, kind,
  filter::text AS filter, to_json(lock_attnums)::text AS "lockAttnums",
  to_json(related_relations::int8[])::text AS "relatedRelations", replaced::text AS replaced,
  CASE WHEN related_relations <> '{}' THEN ${referencesSql(sql, sql`link.relation`, sql`link.related_relations`)} END::text
    AS "references", policy,
  missing_mode AS "missingMode", soft_delete_attnum AS "softDeleteAttnum", removed_mode AS "removedMode",
  run_again AS "runAgain", constraint_print AS "constraintPrint", state, paused_from AS "pausedFrom", paused_cause AS "pausedCause",
  paused_reason AS "pausedReason", staged, first_sync_winner AS "firstSyncWinner", owner, owner_email AS "ownerEmail",
  to_json(members)::text AS members,
  (extract(epoch FROM scanned_at) * 1000)::float8 AS "scannedAt",
  to_char(last_sync_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "lastSyncAt"`;

function toRecord({ lastScan, mapping, members, registry, filter, replaced, references, ...raw }: Raw): LinkRecord {
  return {
    ...raw,
    lastScan: lastScan === null ? null : (JSON.parse(lastScan) as LastScan),
    columns: (JSON.parse(mapping) as { columns: StoredColumn[] }).columns,
    members: JSON.parse(members) as string[],
    filter: filter === null ? null : (JSON.parse(filter) as StoredFilter),
    lockAttnums: JSON.parse(raw.lockAttnums) as number[],
    relatedRelations: JSON.parse(raw.relatedRelations) as number[],
    references: references === null ? [] : (JSON.parse(references) as Reference[]),
    replaced: replaced === null ? null : (JSON.parse(replaced) as StoredReplace),
    registry: registry === null ? null : (JSON.parse(registry) as StoredRegistry),
  };
}

export const LINK_GONE =
  'The server has no link of this tab, or none that is shared with you. Open the Tandem sidebar to see what to do.';

/**
 * Condition on a row of tandem.link: its creator, and the members it names. A sub that looks like an address is none: an
 * address counts only if the issuer verified it.
 */
export const visibleTo = (sql: Sql | ISql, { sub, email }: Caller) => sql`
  (owner = ${sub} OR (strpos(${sub}, '@') = 0 AND ${sub} = ANY (members))
    OR (${email}::text IS NOT NULL AND ${email}::text = ANY (members)))`;

/**
 * The link, for a caller who may see it: its creator and the members it names. Others are told it does not exist.
 * With `lock` the row is held until the transaction ends: it serialises everything that happens to the link.
 * @throws TandemError `link_not_found`
 */
export async function readLink(
  sql: Sql | ISql,
  id: string,
  caller: Caller,
  options: { lock?: boolean } = {},
): Promise<LinkRecord> {
  const rows = await sql<Raw[]>`
    SELECT ${columnsOf(sql)} FROM tandem.link
     WHERE id = ${id}::uuid AND ${visibleTo(sql, caller)}
    ${options.lock ? sql`FOR UPDATE` : sql``}`;
  if (!rows[0]) throw new TandemError('link_not_found', LINK_GONE);
  return toRecord(rows[0]);
}

/** The links of a spreadsheet that the caller may see, in order of creation. */
export async function readLinksOf(sql: Sql | ISql, spreadsheet: string, caller: Caller): Promise<LinkRecord[]> {
  const rows = await sql<Raw[]>`
    SELECT ${columnsOf(sql)} FROM tandem.link
     WHERE spreadsheet = ${spreadsheet} AND ${visibleTo(sql, caller)}
     ORDER BY created_at, id`;
  return rows.map(toRecord);
}

/**
 * Every link that a change in a relation concerns, whoever owns it: those that sync its rows, and those that read columns
 * from it. Locked, in one order for everybody who locks several, until the transaction ends.
 */
export async function lockLinksConcerned(tx: TransactionSql, relation: number): Promise<LinkRecord[]> {
  const rows = await tx<Raw[]>`
    SELECT ${columnsOf(tx)} FROM tandem.link
     WHERE (relation = ${relation}::oid AND kind = 'sync') OR ${relation}::oid = ANY (related_relations)
     ORDER BY id FOR UPDATE`;
  return rows.map(toRecord);
}

/** The mapping as a host is told it. */
export function mappingOf(link: LinkRecord): Mapping {
  const kind = link.kind === 'replace' ? { kind: link.kind } : {};
  return { ...kind, fingerprint: link.fingerprint, columns: link.columns.map(wireColumn) };
}

function wireColumn(stored: StoredColumn): MappedColumn {
  const { id, header, column, kind, direction, key, madeByTable, required, suspended } = stored;
  const made = madeByTable === true ? { madeByTable } : {};
  return {
    id,
    header,
    column,
    kind,
    direction,
    key,
    ...made,
    required,
    ...(suspended === undefined ? {} : { suspended }),
  };
}

export function linkInfo(link: LinkRecord): LinkInfo {
  const { id, spreadsheet, sheet, sheetName, schema, table, state, epoch } = link;
  return { id, spreadsheet, sheet, sheetName, schema, table, state, epoch, mapping: mappingOf(link) };
}

/** Writes back everything of a link that verbs change. */
export async function saveLink(tx: Sql | ISql, link: LinkRecord): Promise<void> {
  await tx`
    UPDATE tandem.link SET sheet_name = ${link.sheetName}, time_zone = ${link.timeZone},
           table_schema = ${link.schema}, table_name = ${link.table}, epoch = ${link.epoch}, last_seq = ${link.lastSeq},
           open_run = ${link.openRun}, open_if_epoch = ${link.openIfEpoch}, scan_no = ${link.scanNo},
           last_scan = ${link.lastScan === null ? null : JSON.stringify(link.lastScan)}::text::json,
           mapping = ${JSON.stringify({ columns: link.columns })}::text::jsonb, map_fingerprint = ${link.fingerprint},
           registry = ${link.registry === null ? null : JSON.stringify(link.registry)}::text::jsonb,
           filter = ${link.filter === null ? null : JSON.stringify(link.filter)}::text::json,
           lock_attnums = ARRAY(SELECT json_array_elements_text(${JSON.stringify(link.lockAttnums)}::text::json)::int),
           related_relations = ARRAY(SELECT json_array_elements_text(${JSON.stringify(link.relatedRelations)}::text::json)::oid),
           replaced = ${link.replaced === null ? null : JSON.stringify(link.replaced)}::text::json,
           policy = ${link.policy}, members = ARRAY(SELECT json_array_elements_text(${JSON.stringify(link.members)}::text::json)),
           scanned_at = to_timestamp(${link.scannedAt ?? null}::float8 / 1000), missing_mode = ${link.missingMode},
           soft_delete_attnum = ${link.softDeleteAttnum}, removed_mode = ${link.removedMode}, run_again = ${link.runAgain},
           constraint_print = ${link.constraintPrint}, state = ${link.state}, paused_from = ${link.pausedFrom},
           paused_cause = ${link.pausedCause}, paused_reason = ${link.pausedReason}, staged = ${link.staged},
           first_sync_winner = ${link.firstSyncWinner}, last_sync_at = ${link.lastSyncAt}::text::timestamptz
     WHERE id = ${link.id}::uuid`;
}
