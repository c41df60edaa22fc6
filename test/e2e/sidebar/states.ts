import type { SidebarApi, TabState } from '../../../addon/src/rpc.ts';
import { attention, deleted, history, keyTrouble, minutesAgo, settings, thousand, undoPreview } from './link-states.ts';
import { headers, place, plan, proposal, table, tableRules } from './unlinked-states.ts';
import { optionScenes } from './option-states.ts';
import { schemaScenes } from './schema-states.ts';

/**
 * Answers of a scripted add-on, one set for each state of the sidebar that a person can meet, and the clicks that lead
 * to it. For looking at the sidebar, not for testing the add-on: that is done with the real script.
 */

/** A value is answered; `'pending'` never is; an `Error` fails with its message. */
type Scripted = { [Name in keyof SidebarApi]?: ReturnType<SidebarApi[Name]> | 'pending' | Error };

export interface SidebarScene {
  name: string;
  api: Scripted;
  /** Names of buttons to press, in order, before looking. */
  press?: string[];
  /** Scroll to the end before looking. */
  end?: boolean;
}

const unlinked: TabState = {
  ...place,
  kind: 'unlinked',
  admin: true,
  email: 'ann@example.com',
  headers,
  rows: 503,
};

const linked: Extract<TabState, { kind: 'linked' }> = {
  ...place,
  kind: 'linked',
  link: { schema: 'public', table: 'companies', state: 'active', columns: headers },
  lastSync: minutesAgo(0.4),
  rows: 503,
  pending: 0,
  rejected: 0,
  held: 0,
  conflicts: 0,
  mayChange: true,
  missing: 0,
  removed: 0,
  renamed: 0,
  problems: [],
  lost: [],
  notices: [],
  newHeaders: [],
  schedule: {
    health: 'running',
    everyMinutes: 1,
    owner: 'ann@example.com',
    ownedByMe: true,
    putOff: false,
    last: { at: minutesAgo(0.4), outcome: 'done', message: null },
  },
};

const preview: TabState = { ...linked, lastSync: null, link: { ...linked.link, state: 'preview' } };

const troubled: TabState = {
  ...linked,
  rejected: 2,
  held: 1,
  conflicts: 0,
  missing: 12,
  problems: [
    {
      key: 'AAPL',
      status: 'rejected',
      code: 'refused',
      header: 'Founded',
      cell: 'H40',
      message:
        'The table accepts only years from 1600 on. Change the value, or ask your admin about the rule “founded_check”.',
    },
    {
      key: 'GOOGL',
      status: 'held',
      code: 'refused',
      header: 'Security',
      cell: 'B12',
      message: 'The sheet says “Alphabet”, the table says “Alphabet Inc. (Class A)”. Neither was written.',
    },
    {
      key: 'BRK.B',
      status: 'rejected',
      code: 'refused',
      header: null,
      cell: null,
      message: 'The row is not in the sheet any more.',
    },
  ],
  lost: [
    {
      at: minutesAgo(18),
      key: 'MMM',
      header: 'Headquarters Location',
      side: 'sheet',
      before: 'St. Paul, Minnesota',
      after: 'Saint Paul, Minnesota',
      cause: 'conflict',
    },
  ],
  notices: [
    {
      code: 'column_suspended',
      message: 'The column “CIK” was removed from the table, so it is left alone. The others go on.',
    },
  ],
  schedule: { ...linked.schedule, health: 'broken' },
};

export const scenes: SidebarScene[] = [
  { name: 'loading', api: { state: 'pending' } },
  {
    name: 'unreachable',
    api: {
      state: new Error(
        'The Tandem server at https://tandem.example.com does not answer. Nothing is lost: edits wait in the sheet and in the table, and syncing goes on once it is back. If this lasts, ask your admin whether the server runs and can be reached from the internet.',
      ),
    },
  },
  { name: 'not-admin', api: { state: { ...unlinked, admin: false, email: 'bob@example.com' } } },
  { name: 'no-headers', api: { state: { ...unlinked, headers: [], rows: 0 } } },
  { name: 'unlinked', api: { state: unlinked } },
  { name: 'new-table', api: { state: unlinked, proposal }, press: ['Create a table from this tab'] },
  {
    name: 'new-table-no-key',
    api: { state: unlinked, proposal: { ...proposal, columns: proposal.columns.slice(2).map((one) => ({ ...one })) } },
    press: ['Create a table from this tab'],
    end: true,
  },
  {
    name: 'new-table-failed',
    api: {
      state: unlinked,
      proposal,
      linkNewTable: new Error('There is already a table named “companies”. Choose another name.'),
    },
    press: ['Create a table from this tab', 'Create table'],
  },
  {
    name: 'tables',
    api: {
      state: unlinked,
      tables: {
        tables: [
          { schema: 'public', name: 'companies', rows: 503, unsuitable: null },
          { schema: 'public', name: 'prices', rows: 1_204_331, unsuitable: null },
          { schema: 'crm', name: 'contacts', rows: null, unsuitable: null },
          {
            schema: 'public',
            name: 'events',
            rows: 12,
            unsuitable: 'It has no primary key, so its rows cannot be told apart.',
          },
        ],
      },
    },
    press: ['Link to an existing table'],
  },
  {
    name: 'no-tables',
    api: { state: unlinked, tables: { tables: [] } },
    press: ['Link to an existing table'],
  },
  {
    name: 'map-columns',
    api: { state: unlinked, tables: { tables: [{ ...table }] }, table, tableRules },
    press: ['Link to an existing table', 'companies'],
  },
  {
    name: 'map-columns-end',
    api: { state: unlinked, tables: { tables: [{ ...table }] }, table, tableRules },
    press: ['Link to an existing table', 'companies'],
    end: true,
  },
  { name: 'comparing', api: { state: preview, preview: 'pending', progress: 'Sent 1000 of 4211 rows' } },
  { name: 'preview', api: { state: preview, preview: plan } },
  {
    name: 'preview-new',
    api: {
      state: preview,
      preview: {
        ...plan,
        equal: 0,
        insertIntoTable: 503,
        insertIntoSheet: 0,
        different: 0,
        unusable: 0,
        samples: plan.samples.slice(2),
      },
    },
  },
  { name: 'in-step', api: { state: linked } },
  {
    name: 'synced',
    api: {
      state: linked,
      syncNow: { state: linked, said: '3 rows sent to the table, 200 cells updated in the sheet.' },
    },
    press: ['Sync now'],
  },
  {
    name: 'syncing',
    api: { state: linked, syncNow: 'pending', progress: 'Sent 2000 of 50000 rows' },
    press: ['Sync now'],
  },
  {
    name: 'pending',
    api: { state: { ...linked, pending: 200, schedule: { ...linked.schedule, everyMinutes: 60, ownedByMe: false } } },
  },
  { name: 'troubled', api: { state: troubled } },
  { name: 'troubled-end', api: { state: troubled }, end: true },
  { name: 'attention', api: { state: troubled, attention }, press: ['See all'] },
  { name: 'attention-end', api: { state: troubled, attention }, press: ['See all'], end: true },
  {
    name: 'attention-1000',
    api: { state: { ...troubled, missing: 0, rejected: 0, held: 1000, conflicts: 1000 }, attention: thousand },
    press: ['See all', 'Keep the table’s for all'],
  },
  {
    name: 'attention-none',
    api: { state: linked, attention: { ...keyTrouble, duplicates: [], blankKeys: [] } },
    press: ['Needs your attention'],
  },
  { name: 'attention-keys', api: { state: linked, attention: keyTrouble }, press: ['Needs your attention'] },
  {
    name: 'attention-held',
    api: {
      state: troubled,
      attention: {
        ...attention,
        counts: { ...attention.counts, conflict: 0, missing: 0, refused: 0, renamed: 0, held: 2 },
        problems: [attention.problems.at(-1)!, { ...attention.problems.at(-1)!, key: 'FISV' }],
        duplicates: [],
        blankKeys: [],
        keyCounts: { duplicates: 0, blankKeys: 0 },
      },
    },
    press: ['See all', 'Put 2 rows back'],
  },
  {
    name: 'attention-failed',
    api: { state: troubled, attention: new Error('The Tandem server does not answer. Please try again.') },
    press: ['See all'],
  },
  {
    name: 'attention-delete',
    api: {
      state: troubled,
      attention: {
        ...attention,
        counts: { ...attention.counts, conflict: 0, refused: 0, renamed: 0, held: 0 },
        problems: attention.problems.slice(2, 4),
      },
    },
    press: ['See all', 'Delete all'],
  },
  { name: 'history', api: { state: linked, history }, press: ['History'] },
  { name: 'history-end', api: { state: linked, history }, press: ['History'], end: true },
  {
    name: 'history-row',
    api: {
      state: linked,
      history: { ...history, entries: history.entries.slice(0, 1), next: null },
      selectedKey: 'AAPL',
    },
    press: ['History', 'Only the selected row'],
  },
  {
    name: 'history-empty',
    api: { state: linked, history: { ...history, entries: [], next: null } },
    press: ['History'],
  },
  { name: 'undo', api: { state: linked, history, undoPreview }, press: ['History', 'Undo the whole sync'] },
  {
    name: 'undo-long',
    api: { state: linked, history, undoPreview: { ...undoPreview, undone: 1500, left: 8400 } },
    press: ['History', 'Undo the whole sync'],
  },
  {
    name: 'undo-nothing',
    api: { state: linked, history, undoPreview: { ...undoPreview, undone: 0, changes: [] } },
    press: ['History', 'Undo the whole sync'],
  },
  { name: 'deleted', api: { state: linked, deleted }, press: ['Deleted rows'] },
  { name: 'deleted-none', api: { state: linked, deleted: { ...deleted, tombstones: [] } }, press: ['Deleted rows'] },
  { name: 'settings', api: { state: linked, settings }, press: ['Settings'] },
  { name: 'settings-end', api: { state: linked, settings }, press: ['Settings'], end: true },
  { name: 'settings-reader', api: { state: { ...linked, mayChange: false }, settings }, press: ['Settings'] },
  { name: 'remove-asked', api: { state: linked, settings }, press: ['Settings', 'Remove the link'], end: true },
  {
    name: 'paused',
    api: {
      state: {
        ...linked,
        link: { ...linked.link, state: 'paused' },
        notices: [
          {
            code: 'paused',
            message: 'The header row now stands in row 12, perhaps after a sort. Move it back to row 1.',
          },
        ],
      },
    },
  },
  {
    name: 'not-scheduled',
    api: {
      state: {
        ...linked,
        schedule: { health: 'off', everyMinutes: null, owner: null, ownedByMe: false, putOff: false, last: null },
      },
    },
  },
  {
    name: 'put-off',
    api: { state: { ...linked, lastSync: minutesAgo(31), schedule: { ...linked.schedule, putOff: true } } },
  },
  {
    name: 'make-sheet',
    api: { state: { ...unlinked, headers: [], rows: 0 }, tables: { tables: [{ ...table }] }, table, tableRules },
    press: ['Make a sheet from a table', 'companies'],
  },
  ...schemaScenes(linked),
  ...optionScenes(linked),
  { name: 'copy', api: { state: { ...place, kind: 'copy' } } },
  {
    name: 'orphaned',
    api: { state: { ...place, kind: 'orphaned', email: 'bob@example.com', known: false, mayForget: false } },
  },
  {
    name: 'orphaned-admin',
    api: { state: { ...place, kind: 'orphaned', email: 'ann@example.com', known: true, mayForget: true } },
    press: ['Remove here too'],
  },
];
