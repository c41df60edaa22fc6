import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { LinkRecord } from '../../api/links/link-record.ts';
import type { TableShape } from '../../api/links/table-shape.ts';
import { TargetTable } from '../../api/sync/target-table.ts';
import { mappingFingerprint, type Mapping } from '../../shared/mapping.ts';

const column = (id: string, name: string, key: boolean, attnum: number): StoredColumn => ({
  id,
  header: name,
  column: name,
  kind: 'integer',
  direction: 'both',
  key,
  required: false,
  attnum,
  type: 'integer',
  cast: 'integer',
  notNull: key,
  hasDefault: false,
  generated: false,
});

/** A table of a key and one value, both integers, as the product's decisions see it. */
const columns = [column('c1', 'id', true, 1), column('c2', 'v', false, 2)];

export const mapping: Mapping = {
  fingerprint: mappingFingerprint(columns),
  columns: columns.map(({ id, header, column, kind, direction, key, required }) => ({
    id,
    header,
    column,
    kind,
    direction,
    key,
    required,
  })),
};

const shape: TableShape = {
  oid: 1,
  schema: 'public',
  name: 't',
  qualified: '"public"."t"',
  partitioned: false,
  rows: null,
  columns: columns.map(({ attnum, column, type, cast, kind, notNull, hasDefault, generated }) => ({
    attnum,
    name: column,
    type,
    cast,
    kind,
    notNull,
    hasDefault,
    generated,
    identity: false,
    identityAlways: false,
    baseType: type,
    makesKey: false,
    comment: null,
  })),
  primaryKey: [1],
  replaceable: true,
  rewritten: false,
  unsure: null,
  unsureWhole: null,
  unsuitable: null,
};

/** Missing rows are deleted by the rules alone (mode automatic), so that the model reaches deletes. */
const link: LinkRecord = {
  id: '00000000-0000-4000-8000-000000000001',
  spreadsheet: 's',
  sheet: 0,
  sheetName: 'Tab',
  timeZone: 'UTC',
  relation: 1,
  schema: 'public',
  table: 't',
  epoch: 0,
  lastSeq: 0,
  openRun: null,
  openIfEpoch: null,
  leaseHost: null,
  leaseRun: null,
  leaseUntil: null,
  scanNo: 0,
  lastScan: null,
  columns,
  fingerprint: mapping.fingerprint,
  registry: null,
  kind: 'sync',
  filter: null,
  lockAttnums: [],
  relatedRelations: [],
  references: [],
  replaced: null,
  policy: 'table',
  missingMode: 'automatic',
  softDeleteAttnum: null,
  removedMode: 'remove',
  runAgain: false,
  constraintPrint: null,
  state: 'active',
  pausedFrom: null,
  pausedCause: null,
  pausedReason: null,
  staged: 'no',
  firstSyncWinner: null,
  owner: 'o',
  ownerEmail: null,
  members: [],
  lastSyncAt: null,
};

export const linkIds = { id: link.id, spreadsheet: link.spreadsheet };
export const target = new TargetTable(shape, link);
