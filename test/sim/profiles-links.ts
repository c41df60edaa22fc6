import type { OptionsRequest } from '../../shared/protocol/options.ts';
import { integer, name, note, price } from './profile-columns.ts';
import type { Profile } from './profiles.ts';

/** What the filter of a link lets onto the sheet, as its form has it and as a condition over the table. */
export interface Visible {
  options: Pick<OptionsRequest, 'filter'>;
  sql: string;
}

/** Filters that a person chooses among while the link runs; the first is the one it begins with. */
export const filters: readonly Visible[] = [
  {
    options: { filter: { match: 'all', conditions: [{ column: 'state', operator: 'differs', values: ['gone'] }] } },
    sql: `coalesce(state IS DISTINCT FROM 'gone', false)`,
  },
  {
    options: {
      filter: { match: 'any', conditions: [{ column: 'state', operator: 'one_of', values: ['open', 'new'] }] },
    },
    sql: `coalesce(state IN ('open', 'new'), false)`,
  },
  {
    options: {
      filter: {
        match: 'all',
        conditions: [
          { column: 'state', operator: 'not_empty', values: [] },
          { column: 'price', operator: 'less', values: ['1020'] },
        ],
      },
    },
    sql: `coalesce(coalesce(state, '') <> '' AND price < 1020, false)`,
  },
  { options: { filter: null }, sql: 'true' },
];

/** Rows that an other table has from the start; a row of the first refers to one of them. */
const OWNERS = 6;

/**
 * Kinds of tables for what a link can be set to: row filter, lock columns, labels and columns of a related table; and for
 * values that one side rewrites.
 */
export const linkProfiles: readonly Profile[] = [
  {
    name: 'filtered',
    weight: 4,
    table: 'item_filtered',
    keys: [integer('c1', 'id')],
    values: [name, price, note, { id: 'c5', name: 'state', type: 'text', kind: 'state' }],
    filtered: true,
  },
  {
    name: 'locked',
    weight: 4,
    table: 'item_locked',
    keys: [integer('c1', 'id')],
    values: [name, price, note, { id: 'c5', name: 'locked', type: 'boolean', kind: 'lock' }],
    options: { locks: ['locked'] },
    // Nothing but the lock itself may be written by the hub in a row that is locked.
    also: `
      CREATE OR REPLACE FUNCTION watch_lock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.locked AND current_setting('application_name') = 'tandem'
           AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - 'locked' <> to_jsonb(NEW) - 'locked') THEN
          INSERT INTO item_locked_wrong VALUES (format('%s of row %s while it was locked', TG_OP, OLD.id));
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER watch AFTER UPDATE OR DELETE ON item_locked FOR EACH ROW EXECUTE FUNCTION watch_lock()`,
    others: [{ name: 'item_locked_wrong', columns: 'what text', fill: '' }],
    wrong: 'item_locked_wrong',
  },
  {
    name: 'labelled',
    weight: 4,
    table: 'item_labelled',
    keys: [integer('c1', 'id')],
    values: [
      name,
      { id: 'c3', name: 'owner_id', type: 'integer REFERENCES item_owner ON DELETE SET NULL', kind: 'owner' },
      note,
      { id: 'c5', name: 'city', type: '', kind: 'city', direction: 'toSheet', via: 'owner_id' },
    ],
    options: { columns: { c3: { label: 'label' } } },
    others: [
      {
        name: 'item_owner',
        columns: 'id integer PRIMARY KEY, label text, city text',
        fill: `INSERT INTO item_owner SELECT n, 'owner ' || n, 'city ' || n FROM generate_series(1, ${OWNERS}) n`,
      },
    ],
  },
  {
    name: 'replaced',
    weight: 2,
    table: 'item_replaced',
    keys: [integer('c1', 'id')],
    values: [name, price, note],
    replace: true,
  },
  {
    name: 'numbers',
    weight: 2,
    table: 'item_numbers',
    keys: [integer('c1', 'id')],
    values: [
      name,
      { id: 'c3', name: 'big', type: 'bigint', kind: 'big' },
      { id: 'c4', name: 'rounded', type: 'numeric(8,1) CHECK (rounded >= 0)', kind: 'rounded' },
      { id: 'c5', name: 'share', type: 'float8', kind: 'float' },
    ],
  },
  {
    name: 'rewritten',
    weight: 2,
    table: 'item_rewritten',
    keys: [integer('c1', 'id')],
    values: [name, price, note],
    // Every change of a row makes another text of the same column, whoever changes what.
    also: `
      CREATE OR REPLACE FUNCTION rewrite_item() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.name := left(NEW.name, 200) || '~'; RETURN NEW; END $$;
      CREATE TRIGGER rewrite BEFORE UPDATE ON item_rewritten FOR EACH ROW EXECUTE FUNCTION rewrite_item()`,
    computed: ['c2'],
  },
];
