import type { TransactionSql } from 'postgres';
import { columnNames } from '../../shared/column-name.ts';
import { mappingFingerprint } from '../../shared/mapping.ts';
import type { ChangeColumnsRequest } from '../../shared/protocol/columns.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { TableType } from '../../shared/protocol/table-types.ts';
import { requireAdmin } from '../access/require-admin.ts';
import type { Context } from '../context.ts';
import { databaseErrorCode, tableInUse } from '../database/errors.ts';
import { inTransaction } from '../database/transaction.ts';
import { unstorable } from '../sync/codec/texts.ts';
import { addKnownRows } from '../sync/dirty.ts';
import { adoptTable, newRegistry, rehash } from '../sync/drift.ts';
import { quoteName } from '../sync/quote-name.ts';
import { forgetColumns, takeUpColumns } from './column-books.ts';
import { replacing } from './create-link.ts';
import { commentOn, TYPES } from './create-table.ts';
import { linkInfo, readLink, saveLink, type LinkRecord } from './link-record.ts';
import { readFromTables } from './link-options.ts';
import { readReferences } from './references.ts';
import { storeRelated } from './related-columns.ts';
import { writeSchemaLog, type SchemaEntry } from './schema-log.ts';
import { storeColumn } from './store-column.ts';
import { requireRights } from './table-rights.ts';
import { readShape, type TableShape } from './table-shape.ts';

interface Change {
  tx: TransactionSql;
  link: LinkRecord;
  shape: TableShape;
  log: SchemaEntry[];
  now: Date;
}

/**
 * Changes which columns a link syncs while it runs; see ChangeColumnsRequest. Nothing is dropped on either side: a column
 * that is no longer synced is kept in the registry, and its id is not given again. Hosts notice by the fingerprint and
 * scan anew under the new mapping.
 * @throws TandemError `not_allowed`, `link_not_found`, `wrong_state`, `table_not_found`, `bad_request`, `name_taken`
 */
export async function changeColumns({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string } & ChangeColumnsRequest;
}): Promise<LinkInfo> {
  requireAdmin(ctx.caller);
  const { add = [], remove = [], leave } = input;
  try {
    return await inTransaction(ctx.sql, async (tx) => {
      const link = await readLink(tx, input.link, ctx.caller, { lock: true });
      const now = ctx.clock.now();
      if (link.firstSyncWinner !== null) {
        throw new TandemError('wrong_state', 'The first sync is still under way. Change columns once it is done.');
      }
      const shape = await readShape(tx, { oid: link.relation });
      await adoptTable(tx, link, shape, now);
      if (shape === null || link.pausedCause === 'table') {
        throw new TandemError('wrong_state', link.pausedReason ?? 'The table of this link is gone.');
      }
      const change: Change = { tx, link, shape, log: [], now };
      await retire(change, remove);
      await takeUp(change, add);
      leaveOut(change, leave ?? { headers: [], columns: [] });
      if (add.length > 0 || remove.length > 0) await keepBooks(change);
      const place = { link: link.id, schema: link.schema, table: link.table, now };
      await writeSchemaLog(tx, { ...place, actor: ctx.caller.email ?? ctx.caller.sub }, change.log);
      await saveLink(tx, link);
      return linkInfo(link);
    });
  } catch (error) {
    if (databaseErrorCode(error) === '42501') {
      throw new TandemError(
        'not_allowed',
        'The server’s database user does not own this table, so it may not add columns to it. Ask its owner to add the column, then link it here.',
      );
    }
    throw error;
  }
}

/** Takes columns out of the mapping. */
async function retire({ tx, link, log, now }: Change, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const column = link.columns.find((one) => one.id === id);
    if (!column) throw new TandemError('bad_request', `This link has no column "${id}".`, { field: 'remove' });
    if (column.key) {
      const message = `"${column.header}" tells the rows apart, so it can't be left out. Remove the link instead.`;
      throw new TandemError('bad_request', message, { field: 'remove' });
    }
    link.columns = link.columns.filter((one) => one !== column);
    link.registry!.retired.push({ ...column, retiredAt: now.toISOString() });
    // Left out on purpose: not offered as new.
    link.registry!.leftAttnums.push(column.attnum);
    link.registry!.leftHeaders.push(column.header);
    log.push({ op: 'column_retired', column: column.column, before: column.header });
  }
  if (ids.length > 0) await forgetColumns(tx, link.id, ids, now);
}

/** Takes columns into the mapping, making those the table lacks. */
async function takeUp(change: Change, add: NonNullable<ChangeColumnsRequest['add']>): Promise<void> {
  const { tx, link, log } = change;
  const fresh: string[] = [];
  for (const [index, { header: typed, to, direction }] of add.entries()) {
    const field = `add.${index}`;
    const header = typed.trim();
    if (header === '' || unstorable(header)) {
      throw new TandemError(
        'bad_request',
        'A header is empty or holds characters that a database cannot store. Type it again.',
        { field },
      );
    }
    if (link.columns.some((column) => column.header === header)) {
      throw new TandemError('bad_request', `The header "${header}" is linked already. Give the new column another.`, {
        field,
      });
    }
    if ('related' in to) {
      if (link.kind === 'replace') {
        const message =
          'This tab replaces its table, so no values come to it from another one. Choose a column of the table.';
        throw new TandemError('bad_request', message, { field });
      }
      const references = await readReferences(tx, link.relation);
      const as = { id: freeId(link), header };
      const related = await storeRelated(tx, change.shape, references, to.related, as);
      link.columns.push(related);
      fresh.push(related.id);
      log.push({ op: 'column_mapped', column: related.column, after: header });
      continue;
    }
    const name = 'column' in to ? to.column : await createColumn(change, header, to.create);
    const shape = await currentShape(change);
    const found = shape.columns.find((column) => column.name === name);
    if (!found) throw new TandemError('bad_request', `The table has no column "${name}". Look again.`, { field });
    const user = link.columns.find((column) => column.attnum === found.attnum);
    if (user) {
      throw new TandemError('bad_request', `The table's column "${name}" is linked to "${user.header}" already.`, {
        field,
      });
    }
    await requireRights(tx, shape, 'more', [found.attnum]);
    const added = storeColumn(shape, found, { id: freeId(link), header, direction: direction ?? 'both' });
    const column = link.kind === 'replace' ? replacing(added) : added;
    link.columns.push(column);
    fresh.push(column.id);
    const registry = link.registry!;
    registry.leftAttnums = registry.leftAttnums.filter((attnum) => attnum !== found.attnum);
    registry.leftHeaders = registry.leftHeaders.filter((one) => one !== header);
    log.push({ op: 'column_mapped', column: name, after: header });
  }
  if (fresh.length > 0) await takeUpColumns(tx, link.id, fresh, change.now);
}

/** Ids are never given twice: journal and sheets may still know the old one. */
function freeId({ columns, registry }: LinkRecord): string {
  const used = [...columns, ...registry!.retired].map(({ id }) => Number(id.slice(1)));
  return `c${Math.max(0, ...used) + 1}`;
}

/** Adds a column to the table, named after the header, which stays as its comment. */
async function createColumn(change: Change, header: string, type: TableType): Promise<string> {
  const { tx, shape, log } = change;
  const [name] = columnNames(
    [header],
    shape.columns.map((column) => column.name),
  );
  await tx
    .unsafe(`ALTER TABLE ${shape.qualified} ADD COLUMN ${quoteName(name!)} ${TYPES[type]}`)
    .catch((error: unknown) => {
      throw notAdded(error, `${shape.schema}.${shape.name}`) ?? error;
    });
  await commentOn(tx, shape.qualified, name!, header);
  change.shape = await currentShape(change);
  log.push({ op: 'column_created', column: name!, after: TYPES[type] });
  return name!;
}

/** Why the table takes no further column; null where the error says nothing about the table. */
function notAdded(error: unknown, table: string): TandemError | null {
  const refuse = (why: string) => new TandemError('bad_request', `No column can be added to "${table}": ${why}`);
  switch (databaseErrorCode(error)) {
    case '55P03':
      return tableInUse(table);
    case '54011':
      return refuse('it has as many as a table can have, those that were dropped included.');
    case '42809':
      return refuse('it gets its columns from another table or type. Add it there, then link it here.');
    default:
      return null;
  }
}

async function currentShape({ tx, link }: Change): Promise<TableShape> {
  return (await readShape(tx, { oid: link.relation }))!;
}

function leaveOut({ link, shape }: Change, leave: { headers: string[]; columns: string[] }): void {
  const registry = (link.registry ??= newRegistry([]));
  const attnums = shape.columns.filter(({ name }) => leave.columns.includes(name)).map(({ attnum }) => attnum);
  const headers = leave.headers.map((header) => header.trim()).filter((header) => header !== '' && !unstorable(header));
  registry.leftAttnums = [...new Set([...registry.leftAttnums, ...attnums])];
  registry.leftHeaders = [...new Set([...registry.leftHeaders, ...headers])];
}

/** Everything that depends on which columns there are. */
async function keepBooks(change: Change): Promise<void> {
  const { tx, link, now } = change;
  link.fingerprint = mappingFingerprint(link.columns);
  await readFromTables(tx, link);
  await rehash(tx, link);
  await addKnownRows(tx, link.id);
  await adoptTable(tx, link, await currentShape(change), now);
}
