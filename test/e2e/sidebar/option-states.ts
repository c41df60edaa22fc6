import type { SidebarApi, TabState } from '../../../addon/src/rpc.ts';
import type { SidebarScene } from './states.ts';

/** Scenes of the screen “Filter and directions”, and of a tab that replaces its table. */

type Linked = Extract<TabState, { kind: 'linked' }>;
type Options = ReturnType<SidebarApi['options']>;

const column = (id: string, header: string, more: Partial<Options['columns'][number]> = {}) => ({
  id,
  header,
  column: header.toLowerCase(),
  kind: 'text' as const,
  key: false,
  direction: 'both' as const,
  directions: ['both', 'toTable', 'toSheet'] as ('both' | 'toTable' | 'toSheet')[],
  label: null,
  labelChoices: [],
  related: false,
  ...more,
});

const options: Options = {
  kind: 'sync',
  columns: [
    column('c1', 'Symbol', { key: true, directions: ['both'] }),
    column('c2', 'Security'),
    column('c3', 'Sector', { column: 'sector_id', labelChoices: ['name', 'code'], label: 'name' }),
    column('c4', 'Updated', { column: 'updated_at', direction: 'toSheet' }),
    column('c5', 'Sector code', {
      column: 'sectors.code',
      direction: 'toSheet',
      directions: ['toSheet'],
      related: true,
    }),
  ],
  tableColumns: [
    { name: 'symbol', type: 'text', kind: 'text' },
    { name: 'listed', type: 'boolean', kind: 'boolean' },
    { name: 'founded', type: 'integer', kind: 'integer' },
  ],
  filter: {
    match: 'all',
    conditions: [
      { column: 'listed', operator: 'equals', values: ['true'] },
      { column: 'symbol', operator: 'one_of', values: ['MMM', 'AAPL'] },
    ],
  },
  locks: ['audited'],
  lockChoices: ['audited', 'listed'],
  relatedChoices: [
    {
      via: ['sector_id'],
      table: 'sectors',
      columns: [
        { name: 'code', type: 'text' },
        { name: 'name', type: 'text' },
      ],
    },
  ],
  outside: 17,
};

export function optionScenes(linked: Linked): SidebarScene[] {
  const replaces: Linked = {
    ...linked,
    link: { ...linked.link, table: 'rates', replaces: true },
    rows: 41,
    replaced: { at: new Date(Date.now() - 7_200_000).toISOString(), rows: 41 },
  };
  const shrunk: Linked['notices'] = [
    {
      code: 'replace_shrunk',
      message: 'Nothing was replaced: this tab has 4 rows, and the table "rates" has 41. Replace it all the same?',
      count: 37,
    },
  ];
  const press = ['Filter and directions'];
  const preview: Linked = { ...replaces, link: { ...replaces.link, state: 'preview' } };
  const plan = {
    complete: true,
    equal: 0,
    insertIntoTable: 38,
    insertIntoSheet: 0,
    different: 0,
    unusable: 2,
    samples: [],
    replace: {
      before: 41,
      refused: [
        { row: 7, header: 'Factor', message: 'Factor must be a number, such as 12.5.' },
        { row: 12, header: 'Since', message: 'Since shows #REF!.' },
      ],
    },
  };
  return [
    { name: 'options', api: { state: linked, options }, press },
    { name: 'options-end', api: { state: linked, options }, press, end: true },
    { name: 'options-all-rows', api: { state: linked, options: { ...options, filter: null, outside: 0 } }, press },
    { name: 'options-reader', api: { state: { ...linked, mayChange: false }, options }, press },
    { name: 'replacing', api: { state: replaces } },
    { name: 'replacing-asked', api: { state: { ...replaces, notices: shrunk } }, press: ['Replace all the same'] },
    {
      name: 'replacing-refused',
      api: {
        state: {
          ...replaces,
          rejected: 1,
          problems: [
            {
              key: 'row 7',
              status: 'rejected',
              code: 'invalid_value',
              message: 'Factor must be a number, such as 12.5.',
              header: 'Factor',
              cell: null,
            },
          ],
          notices: [
            {
              code: 'replace_refused',
              message:
                'Nothing was replaced: 1 cell does not fit the table, such as in row 7: Factor must be a number, such as 12.5.',
              count: 1,
            },
          ],
        },
      },
    },
    { name: 'replacing-plan', api: { state: preview, preview: plan } },
  ];
}
