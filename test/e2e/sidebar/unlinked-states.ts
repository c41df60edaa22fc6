import type { SidebarApi } from '../../../addon/src/rpc.ts';

/** What the scripted add-on answers while a tab is being linked: tables, proposals of types, a plan. */

export const place = { spreadsheet: 'S&P 500', tab: { id: 7, name: 'Companies' }, gone: [] };
export const headers = [
  'Symbol',
  'Security',
  'GICS Sector',
  'GICS Sub-Industry',
  'Headquarters Location',
  'Date added',
  'CIK',
  'Founded',
];

const column = (name: string, type: string, primaryKey = false, more: object = {}) => ({
  name,
  type,
  kind: 'text' as const,
  nullable: !primaryKey,
  hasDefault: false,
  generated: false,
  primaryKey,
  comment: null,
  ...more,
});

export const table = {
  schema: 'public',
  name: 'companies',
  rows: 503,
  unsuitable: null,
  columns: [
    column('symbol', 'text', true),
    column('security', 'character varying(200)'),
    column('gics_sector', 'text'),
    column('gics_sub_industry', 'text'),
    column('headquarters', 'text', false, { nullable: false }),
    column('date_added', 'date'),
    column('cik', 'bigint'),
    column('updated_at', 'timestamp with time zone', false, { generated: true }),
  ],
};

export const tableRules: ReturnType<SidebarApi['tableRules']> = {
  columns: table.columns.map(({ name }) => ({
    name,
    choices: null,
    refersTo:
      name === 'gics_sector' ? { schema: 'public', name: 'sectors', column: 'code', labels: ['name', 'german'] } : null,
    required: name === 'headquarters',
    maxLength: null,
  })),
  related: [
    {
      via: ['gics_sector'],
      table: 'sectors',
      columns: [
        { name: 'name', type: 'text' },
        { name: 'german', type: 'text' },
      ],
    },
  ],
};

export const proposal: ReturnType<SidebarApi['proposal']> = {
  id: '6f1f4a43-6a6e-4d1c-9f52-2f6a4c0b8a11',
  rows: 503,
  idHeader: 'Id',
  problems: [],
  columns: [
    {
      header: 'Symbol',
      position: 1,
      type: 'text',
      key: true,
      unique: true,
      samples: ['MMM', 'AOS', 'ABT'],
      evidence: 'All 503 are text.',
      misfits: { bigint: { refused: 503, altered: 0, examples: [{ cell: 'A2', value: 'MMM' }] } },
    },
    {
      header: 'Security',
      position: 2,
      type: 'text',
      key: false,
      unique: true,
      samples: ['3M', 'A. O. Smith'],
      evidence: 'All 503 are text.',
      misfits: { bigint: { refused: 503, altered: 0, examples: [{ cell: 'A2', value: 'MMM' }] } },
    },
    {
      header: 'GICS Sector',
      position: 3,
      type: 'text',
      key: false,
      unique: false,
      samples: ['Industrials'],
      evidence: 'All 503 are text.',
      misfits: { bigint: { refused: 503, altered: 0, examples: [{ cell: 'A2', value: 'MMM' }] } },
    },
    {
      header: 'Date added',
      position: 6,
      type: 'date',
      key: false,
      unique: false,
      samples: [{ date: '1957-03-04' }],
      evidence: 'All 503 are dates.',
      misfits: {},
    },
    {
      header: 'CIK',
      position: 7,
      type: 'bigint',
      key: false,
      unique: false,
      samples: [66740, 91142, 1800],
      evidence: 'All 503 are whole numbers.',
      misfits: {},
    },
    {
      header: 'Founded',
      position: 8,
      type: 'text',
      key: false,
      unique: false,
      samples: [1902, '2013 (1888)'],
      evidence: '496 of 503 are whole numbers; 7 are text, for example H12 “2013 (1888)”.',
      misfits: {
        bigint: {
          refused: 7,
          altered: 0,
          examples: [
            { cell: 'H12', value: '2013 (1888)' },
            { cell: 'H40', value: '1881/1894' },
            { cell: 'H52', value: '1998 (1923)' },
          ],
        },
      },
    },
  ],
};

export const plan: ReturnType<SidebarApi['preview']> = {
  complete: true,
  equal: 488,
  insertIntoTable: 9,
  insertIntoSheet: 1,
  different: 4,
  unusable: 2,
  samples: [
    {
      key: 'AAPL',
      sort: 'different',
      cells: [
        { header: 'Security', sheet: 'Apple', table: 'Apple Inc.' },
        { header: 'Date added', sheet: { date: '1982-11-30' }, table: { date: '1982-12-01' } },
      ],
    },
    { key: 'MSFT', sort: 'different', cells: [{ header: 'Founded', sheet: 1975, table: null }] },
    {
      key: 'ZTS',
      sort: 'insertIntoTable',
      cells: [
        { header: 'Symbol', sheet: 'ZTS', table: null },
        { header: 'Security', sheet: 'Zoetis', table: null },
      ],
    },
  ],
};
