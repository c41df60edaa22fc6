import { citextKey, integer, name, note, price, type ValueColumn } from './profile-columns.ts';
import type { Profile } from './profiles.ts';

const CITEXT = 'CREATE EXTENSION IF NOT EXISTS citext';

/** The row that a row belongs to, which may be one that does not exist yet. */
const parent = (type: string): ValueColumn => ({ id: 'c5', name: 'parent', type, kind: 'reference', refers: true });

/** Kinds of tables for what becomes of rows. */
export const rowProfiles: readonly Profile[] = [
  {
    name: 'softFlag',
    weight: 3,
    table: 'item_flagged',
    keys: [integer('c1', 'id')],
    values: [name, price, note],
    soft: { column: 'gone', type: 'boolean NOT NULL DEFAULT false', test: 'gone', mark: 'true', clear: 'false' },
  },
  {
    name: 'softTime',
    weight: 1,
    table: 'item_dated',
    keys: [integer('c1', 'id')],
    values: [name, price, note],
    soft: { column: 'gone_at', type: 'timestamptz', test: 'gone_at IS NOT NULL', mark: 'now()', clear: 'NULL' },
  },
  {
    name: 'citext',
    weight: 2,
    table: 'item_citext',
    before: CITEXT,
    keys: [citextKey('c1', 'code', (n) => `K-${n}`)],
    values: [{ ...name, type: 'citext' }, price, { ...note, type: 'citext UNIQUE' }],
  },
  {
    name: 'family',
    weight: 2,
    table: 'item_family',
    keys: [integer('c1', 'id')],
    values: [name, price, note, parent('integer REFERENCES item_family')],
  },
  {
    name: 'familyLate',
    weight: 1,
    table: 'item_family_late',
    keys: [integer('c1', 'id')],
    // Looked at when the transaction ends; a row that goes leaves its children without one.
    values: [
      name,
      price,
      note,
      parent('integer REFERENCES item_family_late ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED'),
    ],
  },
  {
    name: 'twoTabs',
    weight: 2,
    table: 'item_two_tabs',
    keys: [integer('c1', 'id')],
    values: [name, price, note],
    second: 'tab',
  },
  {
    name: 'twoSpreadsheets',
    weight: 2,
    table: 'item_two_books',
    keys: [integer('c1', 'id')],
    values: [name, price, note],
    second: 'spreadsheet',
  },
];
