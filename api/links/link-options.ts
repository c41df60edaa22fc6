import type { ISql, Sql, TransactionSql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import type { ColumnChoices, LinkOptions, OptionsRequest } from '../../shared/protocol/options.ts';
import { directions, isReadOnlyKind, mappingFingerprint, type Direction } from '../../shared/mapping.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { requireAdmin } from '../access/require-admin.ts';
import { knownColumns, onlyShown } from '../access/table-columns.ts';
import type { Caller, Context } from '../context.ts';
import { databaseErrorCode } from '../database/errors.ts';
import { inTransaction } from '../database/transaction.ts';
import { adoptTable, tableGone } from '../sync/drift.ts';
import { labelSource } from '../sync/labels.ts';
import { addWholeTable } from '../sync/dirty.ts';
import { captureRelated, removeUnusedCapture } from '../sync/related-capture.ts';
import { TargetTable } from '../sync/target-table.ts';
import { forgetTableSide } from './column-books.ts';
import { readLink, saveLink, type LinkRecord } from './link-record.ts';
import { readReferences, relatedRelations } from './references.ts';
import { labelChoices, labelReference, relatedChoices, setLabel } from './related-columns.ts';
import { shownFilter, storeFilter } from './set-filter.ts';
import { requireRights } from './table-rights.ts';
import { readShape, type ShapeColumn, type TableShape } from './table-shape.ts';

export const NO_TRIGGER_THERE =
  'The server’s database user may not put triggers on the other table. Grant it TRIGGER there, so that its changes reach the sheet.';

/** Choices told at most; a longer list is no help in a drop-down. */
const CHOICES = 500;

/**
 * How a link's columns travel and are shown, which rows belong on the sheet, and what locks them.
 * @throws TandemError `link_not_found`, `table_not_found`
 */
export async function getOptions({ ctx, input }: { ctx: Context; input: { link: string } }): Promise<LinkOptions> {
  return inTransaction(ctx.sql, async (tx) => optionsOf(tx, await readLink(tx, input.link, ctx.caller), ctx.caller));
}

/**
 * Changes them while the link runs. Rows that come to belong on the sheet are brought there with the next sync, others
 * leave it; nothing is deleted in the table. A column that now flows to the sheet, or is shown by a label, shows what
 * the table has.
 * @throws TandemError `link_not_found`, `not_allowed`, `wrong_state`, `table_not_found`, `table_unsuitable`, `bad_request`
 */
export async function changeOptions({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string } & OptionsRequest;
}): Promise<LinkOptions> {
  try {
    return await inTransaction(ctx.sql, async (tx) => {
      const link = await readLink(tx, input.link, ctx.caller, { lock: true });
      if (link.owner !== ctx.caller.sub && !ctx.caller.admin) {
        throw new TandemError('not_allowed', 'Only the person who linked this tab, or an admin, can change this.');
      }
      if (link.firstSyncWinner !== null) {
        throw new TandemError('wrong_state', 'The first sync is still under way. Change this once it is done.');
      }
      const shape = await shapeOf(tx, link);
      const rows = await changeRows(tx, link, shape, knownColumns(ctx.caller, link, shape), input);
      const fresh = await changeColumns(tx, link, shape, ctx.caller, input.columns ?? {});
      await adoptTable(tx, link, shape, ctx.clock.now());
      if (fresh.length > 0) await forgetTableSide(tx, link.id, fresh, ctx.clock.now());
      await saveLink(tx, link);
      if ((rows || fresh.length > 0) && link.state !== 'preview' && link.kind === 'sync') {
        // Read anew, with the tables it now reads from.
        const saved = await readLink(tx, link.id, ctx.caller);
        await addWholeTable(tx, new TargetTable(shape, saved));
      }
      return optionsOf(tx, await readLink(tx, link.id, ctx.caller), ctx.caller);
    });
  } catch (error) {
    if (databaseErrorCode(error) === '42501') {
      throw new TandemError('table_unsuitable', NO_TRIGGER_THERE);
    }
    throw error;
  }
}

async function shapeOf(tx: TransactionSql, link: LinkRecord): Promise<TableShape> {
  const shape = await readShape(tx, { oid: link.relation });
  if (shape === null) throw new TandemError('table_not_found', tableGone(link));
  return shape;
}

/** Which rows belong on the sheet, and what locks them. Answers whether that changed. */
async function changeRows(
  tx: TransactionSql,
  link: LinkRecord,
  shape: TableShape,
  known: readonly ShapeColumn[],
  { filter, locks }: OptionsRequest,
): Promise<boolean> {
  if (link.kind === 'replace' && (filter || (locks?.length ?? 0) > 0)) {
    throw new TandemError('bad_request', 'This tab replaces its table whole, so it has no row filter and no locks.');
  }
  const before = JSON.stringify([link.filter, link.lockAttnums]);
  if (filter) {
    const named = known.filter(({ name }) => filter.conditions.some(({ column }) => column === name));
    await requireRights(tx, shape, 'more', [...shape.primaryKey, ...named.map(({ attnum }) => attnum)]);
  }
  if (filter !== undefined) {
    link.filter = filter === null ? null : await storeFilter(tx, shape, known, link.timeZone, filter);
  }
  if (locks !== undefined) {
    link.lockAttnums = locks.map((name) => {
      const found = lockable(known).find((column) => column.name === name);
      if (found) return found.attnum;
      const hidden = known.length < shape.columns.length && !known.some((column) => column.name === name);
      const message = hidden
        ? onlyShown(name)
        : `"${name}" can't lock rows: it is not a column of the table that is true or false.`;
      throw new TandemError('bad_request', message, { field: 'locks' });
    });
  }
  return JSON.stringify([link.filter, link.lockAttnums]) !== before;
}

const lockable = (columns: readonly ShapeColumn[]) => columns.filter(({ kind }) => kind === 'boolean');

/** Directions and labels. Answers the columns whose table side is news to the sheet. */
async function changeColumns(
  tx: TransactionSql,
  link: LinkRecord,
  shape: TableShape,
  caller: Caller,
  changes: NonNullable<OptionsRequest['columns']>,
): Promise<string[]> {
  const references = await readReferences(tx, link.relation);
  const fresh = new Set<string>();
  for (const [id, { direction, label }] of Object.entries(changes)) {
    const column = link.columns.find((one) => one.id === id);
    if (column === undefined) {
      throw new TandemError('bad_request', `This link has no column "${id}".`, { field: 'columns' });
    }
    if (label !== undefined && (await setLabel(tx, shape, references, column, label))) {
      // It shows texts of another table.
      if (label !== null) requireAdmin(caller);
      fresh.add(id);
    }
    if (direction === undefined || direction === column.direction) continue;
    if (!possibleDirections(column, link).includes(direction)) {
      const message = `"${column.header}" can't change its direction: ${fixedWhy(column, link)}.`;
      throw new TandemError('bad_request', message, { field: `columns.${id}.direction` });
    }
    if (column.direction === 'toTable') fresh.add(id);
    column.direction = direction;
  }
  await readFromTables(tx, link);
  link.fingerprint = mappingFingerprint(link.columns);
  return [...fresh];
}

/** Keeps which tables the mapping reads from, and their triggers. */
export async function readFromTables(tx: TransactionSql, link: LinkRecord): Promise<void> {
  const before = link.relatedRelations;
  link.relatedRelations = relatedRelations(link.columns);
  link.references = (await readReferences(tx, link.relation)).filter(({ relation }) =>
    link.relatedRelations.includes(relation),
  );
  await captureRelated(tx, link);
  const left = before.filter((relation) => !link.relatedRelations.includes(relation));
  if (left.length === 0) return;
  await saveLink(tx, link);
  await removeUnusedCapture(tx, left);
}

function possibleDirections(column: StoredColumn, link: LinkRecord): Direction[] {
  if (link.kind === 'replace') return ['toTable'];
  if (column.key) return ['both'];
  if (column.related !== undefined || column.generated || isReadOnlyKind(column.kind)) return ['toSheet'];
  return [...directions];
}

function fixedWhy(column: StoredColumn, link: LinkRecord): string {
  if (link.kind === 'replace') return 'this tab replaces its table';
  if (column.key) return 'it tells the rows apart, and both sides must know it';
  if (column.related !== undefined) return 'it comes from another table';
  return column.generated ? 'the database computes it' : `values of type ${column.type} can only be shown`;
}

async function optionsOf(tx: TransactionSql, link: LinkRecord, caller: Caller): Promise<LinkOptions> {
  const shape = await shapeOf(tx, link);
  const known = knownColumns(caller, link, shape);
  const references = await readReferences(tx, link.relation);
  const columns: LinkOptions['columns'] = [];
  for (const column of link.columns) {
    const reference = column.key || column.related ? null : labelReference(column, references);
    const texts = reference === null ? [] : await labelChoices(tx, reference);
    const choices = caller.admin ? texts : texts.filter(({ attnum }) => attnum === column.label?.attnum);
    columns.push({
      id: column.id,
      header: column.header,
      column: column.column,
      kind: column.kind,
      key: column.key,
      direction: column.direction,
      directions: possibleDirections(column, link),
      label: choices.find(({ attnum }) => attnum === column.label?.attnum)?.name ?? null,
      labelChoices: choices.map(({ name }) => name),
      related: column.related !== undefined,
    });
  }
  const [counted] = await tx<{ outside: number }[]>`
    SELECT count(*)::float8 AS outside FROM tandem."row" WHERE link = ${link.id}::uuid AND status = 'outside'`;
  return {
    kind: link.kind,
    columns,
    tableColumns: known.map(({ name, type, kind }) => ({ name, type, kind })),
    filter: shownFilter(link.filter, shape),
    locks: shape.columns.filter(({ attnum }) => link.lockAttnums.includes(attnum)).map(({ name }) => name),
    lockChoices: lockable(known).map(({ name }) => name),
    relatedChoices: caller.admin ? relatedChoices(shape, references) : [],
    outside: counted!.outside,
  };
}

/** Labels that stand for one row each, in order. */
export async function listChoices(
  sql: Sql | ISql,
  { from, label, value }: NonNullable<ReturnType<typeof labelSource>>,
  most: number,
): Promise<string[]> {
  const rows = await sql.unsafe<{ text: string }[]>(
    `SELECT ${label} AS text FROM ${from} WHERE ${label} <> ''
      GROUP BY ${value} HAVING count(*) = 1 ORDER BY ${value} LIMIT ${most}`,
  );
  return rows.map(({ text }) => text);
}

/**
 * What may be typed into a column that refers to another table: labels that stand for one row each, or keys.
 * @throws TandemError `link_not_found`, `bad_request`
 */
export async function getChoices({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string; column: string };
}): Promise<ColumnChoices> {
  return inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller);
    const column = link.columns.find(({ id }) => id === input.column);
    if (column === undefined) {
      throw new TandemError('bad_request', `This link has no column "${input.column}".`, { field: 'column' });
    }
    const references = await readReferences(tx, link.relation);
    const reference = column.related ? null : labelReference(column, references);
    const shown = column.label ?? (reference && { ...reference, attnum: reference.to[0]! });
    const source = shown && labelSource(references, { ...column, label: shown });
    if (!source) return { choices: [], more: false };
    const rows = await listChoices(tx, source, CHOICES + 1);
    return { choices: rows.slice(0, CHOICES), more: rows.length > CHOICES };
  });
}
