import * as v from 'valibot';
import { columnKinds, directions, Mapping } from '../mapping.ts';
import { CellSchema, KeySchema } from './cell.ts';
import { Notice } from './notice.ts';
import { RefusedCell } from './replace.ts';
import { tableTypes } from './table-types.ts';

const EntryId = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** A table of the database as an admin sees it when linking. */
export const TableInfo = v.object({
  schema: v.string(),
  name: v.string(),
  /** Estimated rows (planner statistics); null where never analysed. */
  rows: v.nullable(v.number()),
  columns: v.array(
    v.object({
      name: v.string(),
      /** As `format_type` writes it: `character varying(20)`, `numeric(12,2)`. */
      type: v.string(),
      kind: v.picklist(columnKinds),
      nullable: v.boolean(),
      hasDefault: v.boolean(),
      /** The database computes it (GENERATED ALWAYS): table → sheet only. */
      generated: v.boolean(),
      primaryKey: v.boolean(),
      comment: v.nullable(v.string()),
    }),
  ),
  /** Why this table cannot be linked, in a sentence; null if it can. */
  unsuitable: v.nullable(v.string()),
  /** A tab may take the place of its contents whole: no key is needed for that. */
  replaceable: v.optional(v.boolean()),
});
export type TableInfo = v.InferOutput<typeof TableInfo>;

export const TableList = v.object({
  tables: v.array(v.pick(TableInfo, ['schema', 'name', 'rows', 'unsuitable', 'replaceable'])),
});
export type TableList = v.InferOutput<typeof TableList>;

/** POST /v1/tables: makes a table for a tab's columns. Names are sanitised; the reply has those really used. */
export const CreateTableRequest = v.object({
  schema: v.optional(v.pipe(v.string(), v.minLength(1)), 'public'),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  columns: v.pipe(
    v.array(
      v.object({
        header: v.string(),
        type: v.picklist(tableTypes),
        key: v.boolean(),
        /** The database makes its values: counted from `startAt` (bigint), or random (uuid). */
        generated: v.optional(v.object({ startAt: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) })),
      }),
    ),
    v.minLength(1),
    v.maxLength(500),
  ),
});
export type CreateTableRequest = v.InferOutput<typeof CreateTableRequest>;

/** POST /v1/links: ties a tab to a table. The link starts in preview: nothing is written before a person starts it. */
export const CreateLinkRequest = v.object({
  /** Identity of the request, and id of the link: asked again after a lost answer, the link that is there is answered. */
  id: v.optional(v.pipe(v.string(), v.uuid())),
  spreadsheet: v.pipe(v.string(), v.minLength(1)),
  spreadsheetName: v.optional(v.string()),
  /** `getSheetId()` of the tab: stable, unlike its name. */
  sheet: v.pipe(v.number(), v.safeInteger()),
  sheetName: v.pipe(v.string(), v.maxLength(500)),
  timeZone: v.pipe(v.string(), v.maxLength(100)),
  schema: v.pipe(v.string(), v.maxLength(200)),
  table: v.pipe(v.string(), v.maxLength(200)),
  /** replace: the tab takes the place of the table's contents whole; no key is needed, and nothing flows back. */
  kind: v.optional(v.picklist(['sync', 'replace'])),
  /** Headers that a person has left out: not offered as new columns later. */
  leftHeaders: v.optional(v.array(v.string())),
  columns: v.pipe(
    v.array(
      v.object({
        header: v.pipe(v.string(), v.minLength(1)),
        /** Of the table; with `via`, of the table that the foreign key refers to. */
        column: v.pipe(v.string(), v.maxLength(200)),
        direction: v.optional(v.picklist(directions), 'both'),
        /** A foreign key: the column of the other table that is shown in place of the key. */
        label: v.optional(v.string()),
        /** Columns of the foreign key by which a related column is taken: read-only. */
        via: v.optional(v.array(v.string())),
      }),
    ),
    v.minLength(1),
  ),
});
export type CreateLinkRequest = v.InferOutput<typeof CreateLinkRequest>;

/** POST /v1/tables/linked: makes a table for a tab's columns and ties the tab to it: both, or neither. */
export const LinkNewTableRequest = v.object({
  ...v.pick(CreateLinkRequest, [
    'id',
    'spreadsheet',
    'spreadsheetName',
    'sheet',
    'sheetName',
    'timeZone',
    'leftHeaders',
  ]).entries,
  table: CreateTableRequest,
});
export type LinkNewTableRequest = v.InferOutput<typeof LinkNewTableRequest>;

export const linkStates = ['preview', 'active', 'paused'] as const;

/** A link as its host needs it. */
export const LinkInfo = v.object({
  id: v.string(),
  spreadsheet: v.string(),
  sheet: v.number(),
  sheetName: v.string(),
  schema: v.string(),
  table: v.string(),
  state: v.picklist(linkStates),
  epoch: v.number(),
  mapping: Mapping,
});
export type LinkInfo = v.InferOutput<typeof LinkInfo>;

export const LinkList = v.object({ links: v.array(LinkInfo) });
export type LinkList = v.InferOutput<typeof LinkList>;

/** GET /v1/links/:id/plan: what the first sync would do. Samples hold at most 20 rows of each sort. */
export const PlanInfo = v.object({
  /** False until the whole sheet is staged: sync once more. */
  complete: v.boolean(),
  equal: v.number(),
  insertIntoTable: v.number(),
  insertIntoSheet: v.number(),
  different: v.number(),
  unusable: v.number(),
  /** Rows of both sides that the row filter leaves out: they are merged, and then leave the sheet. */
  leaving: v.optional(v.number()),
  /** A replace link: rows the table has now, all of which go, and the cells it would not take. */
  replace: v.optional(v.object({ before: v.number(), refused: v.array(RefusedCell) })),
  samples: v.array(
    v.object({
      key: v.string(),
      sort: v.picklist(['insertIntoTable', 'insertIntoSheet', 'different']),
      cells: v.array(v.object({ header: v.string(), sheet: CellSchema, table: CellSchema })),
    }),
  ),
});
export type PlanInfo = v.InferOutput<typeof PlanInfo>;

/** POST /v1/links/:id/start: applies the plan. `winner` decides rows that differ; the loser goes to the journal. */
export const StartRequest = v.object({ winner: v.picklist(['sheet', 'table']) });
export type StartRequest = v.InferOutput<typeof StartRequest>;

/** GET /v1/links/:id/status */
export const LinkStatus = v.object({
  link: LinkInfo,
  /** ISO instants on the hub's clock, null before the first. */
  lastSync: v.nullable(v.string()),
  rows: v.number(),
  /** Offers and dirty rows on their way to the sheet. */
  pending: v.number(),
  rejected: v.number(),
  /** Those of `conflicts` among them: rows with cells that a person is asked about. */
  held: v.number(),
  conflicts: v.number(),
  missing: v.number(),
  /** Rows that the table deleted, too many at once to follow unasked. */
  removed: v.number(),
  /** Rows whose key was perhaps edited. */
  renamed: v.number(),
  /** Whether the caller may change settings and remove the link: its creator and admins. */
  mayChange: v.boolean(),
  /** Rows that need a person, at most 50, each with the reason. */
  problems: v.array(
    v.object({
      key: v.string(),
      status: v.string(),
      code: v.string(),
      /** Header of the column to blame, as a person sees it (unique in the mapping); null for the row as a whole. */
      column: v.nullable(v.string()),
      message: v.string(),
    }),
  ),
  /** The journal's newest entries that a person would want to see: lost values, at most 20. */
  lost: v.array(
    v.object({
      at: v.string(),
      key: v.string(),
      /** Header of the column; null for the row as a whole. */
      column: v.nullable(v.string()),
      side: v.picklist(['sheet', 'table']),
      before: CellSchema,
      after: CellSchema,
      cause: v.string(),
    }),
  ),
  notices: v.array(Notice),
  /** Headers of the sheet that a person has left out: not new. */
  leftHeaders: v.optional(v.array(v.string())),
  /** A replace link: when the table was last replaced, and by how many rows; null before the first time. */
  replaced: v.optional(v.nullable(v.object({ at: v.string(), rows: v.number() }))),
});
export type LinkStatus = v.InferOutput<typeof LinkStatus>;

/** How many rows a person was asked about: where there are more by now, they are asked again. */
const AtMost = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)));

/** POST /v1/links/:id/missing: what to do about rows that vanished from the sheet and are held. */
export const MissingRequest = v.object({
  decision: v.picklist(['restore', 'delete']),
  /** All of them if not named. */
  keys: v.optional(v.pipe(v.array(v.string()), v.maxLength(1000))),
  atMost: AtMost,
});
export type MissingRequest = v.InferOutput<typeof MissingRequest>;

export const policies = ['table', 'sheet', 'latest', 'ask'] as const;

/**
 * What becomes in the table of rows that vanished from the sheet.
 * - confirm: they are held until a person says
 * - automatic: deleted, once two complete scans have missed them, within the guard
 * - soft: as automatic, but a column of the table says so (`softDeleteColumn`) and the row stays there
 * - off: they stay in the table, and off the sheet until the table changes them
 */
export const missingModes = ['confirm', 'automatic', 'soft', 'off'] as const;

/**
 * What becomes on the sheet of rows that the table deleted.
 * - remove: deleted
 * - archive: moved to the tab "Archive of …" first, with the time
 * - mark: they stay, with a note on the key, and are not synced until they are gone or the table has the row again
 * - off: as mark, without the note
 */
export const removedModes = ['remove', 'archive', 'mark', 'off'] as const;

const emptyModes = ['null', 'blank'] as const;

/** GET /v1/links/:id/settings, and what PATCH /v1/links/:id answers. */
export const LinkSettings = v.object({
  /** Who stays where both sides changed one cell; `columns` has those, by id, that differ from it. */
  policy: v.picklist(policies),
  columns: v.record(v.string(), v.picklist(policies)),
  /** What an emptied cell becomes in text columns for which a person chose: NULL or the empty text. By column id. */
  empty: v.record(v.string(), v.picklist(emptyModes)),
  missingMode: v.picklist(missingModes),
  /** Name of the table's column; null unless one is chosen. */
  softDeleteColumn: v.nullable(v.string()),
  /** Columns that could be chosen: a boolean, a date or a time stamp, outside the key, that the database does not compute. */
  softDeleteChoices: v.array(v.string()),
  removedMode: v.picklist(removedModes),
  /** Who may use the link besides its creator: subs or verified e-mail addresses. */
  members: v.array(v.string()),
  /** Address of its creator, where it is known. */
  owner: v.nullable(v.string()),
});
export type LinkSettings = v.InferOutput<typeof LinkSettings>;

/** PATCH /v1/links/:id: what is not named stays. A column's policy null: as the link; `empty` null: by its type. */
export const UpdateLinkRequest = v.object({
  policy: v.optional(v.picklist(policies)),
  columns: v.optional(v.record(v.string(), v.nullable(v.picklist(policies)))),
  empty: v.optional(v.record(v.string(), v.nullable(v.picklist(emptyModes)))),
  missingMode: v.optional(v.picklist(missingModes)),
  softDeleteColumn: v.optional(v.nullable(v.string())),
  removedMode: v.optional(v.picklist(removedModes)),
  members: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(320))), v.maxLength(500))),
});
export type UpdateLinkRequest = v.InferOutput<typeof UpdateLinkRequest>;

/** POST /v1/links/:id/renames: what an edited key was meant to be. */
export const RenamesRequest = v.object({
  /**
   * rename: the table's row gets the new key. separate: a new row, and the old one is missing. undo: the old key comes
   * back into the sheet.
   */
  decision: v.picklist(['rename', 'separate', 'undo']),
  /** New keys, as the held rows have them; all if not named. */
  keys: v.optional(v.pipe(v.array(v.string()), v.maxLength(1000))),
});
export type RenamesRequest = v.InferOutput<typeof RenamesRequest>;

/** POST /v1/links/:id/removed: many rows vanished from the table at once; delete them here, or put them back there? */
export const RemovedRequest = v.object({ decision: v.picklist(['remove', 'restore']), atMost: AtMost });
export type RemovedRequest = v.InferOutput<typeof RemovedRequest>;

/** POST /v1/links/:id/undo. */
export const UndoRequest = v.union([
  /** A whole run. */
  v.strictObject({ run: v.string(), before: v.optional(EntryId) }),
  /** Single cells, by their journal entries. */
  v.strictObject({ entries: v.pipe(v.array(EntryId), v.minLength(1), v.maxLength(500)), before: v.optional(EntryId) }),
  /** Everything written to one row since, and with, an entry; everything known without `since`. */
  v.strictObject({ key: KeySchema, since: v.optional(EntryId), before: v.optional(EntryId) }),
]);
export type UndoRequest = v.InferOutput<typeof UndoRequest>;

/** GET /v1/links/:id/tombstones: deleted rows that can be put back, those that went last first. */
export const TombstoneList = v.object({
  tombstones: v.array(
    v.object({
      /** Grows with time; `before` of the next page. */
      id: v.number(),
      key: v.string(),
      /** Which side deleted it. */
      side: v.picklist(['sheet', 'table']),
      /** ISO instants: when it went, and when it will be forgotten. */
      at: v.string(),
      until: v.string(),
      actor: v.nullable(v.string()),
      /** What the row showed on the sheet. */
      cells: v.array(v.object({ header: v.string(), value: CellSchema })),
      /** The table has a row of this key again: it would not be put back. */
      taken: v.boolean(),
    }),
  ),
  /** `before` of the next page; null where this is the last one. */
  next: v.nullable(v.number()),
});
export type TombstoneList = v.InferOutput<typeof TombstoneList>;

/** GET /v1/me: who the token says the caller is. */
export const Me = v.object({ email: v.nullable(v.string()), admin: v.boolean() });
export type Me = v.InferOutput<typeof Me>;

/** GET /health, open to all: nothing in it tells more than up or not. */
export const Health = v.object({ ok: v.boolean(), version: v.string(), database: v.picklist(['up', 'down']) });
export type Health = v.InferOutput<typeof Health>;
