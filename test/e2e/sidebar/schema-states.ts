import type { SidebarApi, TabState } from '../../../addon/src/rpc.ts';
import type { SidebarScene } from './states.ts';

type Linked = Extract<TabState, { kind: 'linked' }>;

const synced = (id: string, header: string, column: string, type: string, more: object = {}) => ({
  id,
  header,
  column,
  type,
  direction: 'both' as const,
  key: false,
  present: true,
  suspended: null,
  suspendedBy: null,
  ...more,
});

const columns: ReturnType<SidebarApi['columns']> = {
  synced: [
    synced('c1', 'Symbol', 'symbol', 'text', { key: true }),
    synced('c2', 'Security', 'security', 'character varying(200)'),
    synced('c3', 'CIK', 'cik', 'text', {
      suspended:
        'The type of "cik" changed from bigint to text, so it is left alone. Take it up again under Columns in the sidebar.',
      suspendedBy: 'table',
    }),
    synced('c4', 'Updated', 'updated_at', 'timestamp with time zone', { direction: 'toSheet' }),
  ],
  retired: [],
  unmapped: [
    { name: 'headquarters', type: 'text', left: false, blocking: true, generated: false },
    { name: 'internal_note', type: 'text', left: true, blocking: false, generated: false },
  ],
  leftHeaders: ['Sparkline'],
  others: [
    {
      header: 'Founded',
      position: 8,
      type: 'text',
      key: false,
      unique: false,
      samples: [1902, '2013 (1888)'],
      evidence: '496 of 503 are whole numbers; 7 are text, for example H12 “2013 (1888)”.',
      misfits: { bigint: { refused: 7, altered: 0, examples: [{ cell: 'H12', value: '2013 (1888)' }] } },
      left: false,
    },
    {
      header: 'Sparkline',
      position: 9,
      type: 'text',
      key: false,
      unique: false,
      samples: [],
      evidence: 'Empty so far, so any text will fit.',
      misfits: {},
      left: true,
    },
  ],
  mayChange: true,
  log: [
    {
      id: 3,
      at: new Date(Date.now() - 3_600_000).toISOString(),
      actor: null,
      what: '“CIK” was set aside: The type of "cik" changed from bigint to text, so it is left alone.',
    },
    {
      id: 2,
      at: new Date(Date.now() - 86_400_000).toISOString(),
      actor: 'ann@example.com',
      what: 'The column “updated_at” (timestamp) was added to the table.',
    },
    {
      id: 1,
      at: new Date(Date.now() - 9 * 86_400_000).toISOString(),
      actor: 'ann@example.com',
      what: 'The tab was linked to “companies”.',
    },
  ],
};

/** Columns of a running link, and new ones. */
export const schemaScenes = (linked: Linked): SidebarScene[] => [
  {
    name: 'new-columns',
    api: {
      state: {
        ...linked,
        mayChange: true,
        newHeaders: ['Founded', 'Remark'],
        notices: [
          {
            code: 'new_columns',
            message:
              'The table has a new column: "headquarters". Link it or leave it out under Columns in the sidebar.',
          },
        ],
      },
    },
  },
  { name: 'columns', api: { state: { ...linked, mayChange: true }, columns }, press: ['Columns'] },
  { name: 'columns-end', api: { state: { ...linked, mayChange: true }, columns }, press: ['Columns'], end: true },
];
