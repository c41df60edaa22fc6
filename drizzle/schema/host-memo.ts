import { text, uuid } from 'drizzle-orm/pg-core';
import { link } from './link.ts';
import { tandem } from './tandem.ts';

/**
 * What a host without a place of its own on the sheet's side keeps here: the write-ahead note of its apply. Its epoch is
 * the link's, taken anew with every run.
 */
export const hostMemo = tandem.table('host_memo', {
  link: uuid('link')
    .primaryKey()
    .references(() => link.id, { onDelete: 'cascade' }),
  /** JSON text; NULL while no apply is in progress. */
  note: text('note'),
});
