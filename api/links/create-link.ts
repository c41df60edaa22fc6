import { randomUUID } from 'node:crypto';
import type { TransactionSql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import type { CreateLinkRequest, LinkInfo } from '../../shared/protocol/links.ts';
import { mappingFingerprint } from '../../shared/mapping.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { requireAdmin } from '../access/require-admin.ts';
import type { Context } from '../context.ts';
import { databaseErrorCode, tableInUse } from '../database/errors.ts';
import { inTransaction } from '../database/transaction.ts';
import { installCapture } from '../sync/capture.ts';
import { newRegistry } from '../sync/drift.ts';
import { linkInfo, readLink, saveLink, type LinkRecord } from './link-record.ts';
import { readFromTables } from './link-options.ts';
import { readReferences, relatedRelations, type Reference } from './references.ts';
import { setLabel, storeRelated } from './related-columns.ts';
import { writeSchemaLog } from './schema-log.ts';
import { storeColumn } from './store-column.ts';
import { requireRights } from './table-rights.ts';
import { readShape, type TableShape } from './table-shape.ts';

/**
 * Ties a tab to a table: checks the table and the mapping, installs the capture triggers, and leaves the link in preview.
 * Columns get the ids c1, c2, … in the order given; key columns are those of the primary key.
 * @throws TandemError `not_allowed`, `table_not_found`, `table_unsuitable`, `bad_request`, `already_linked`
 */
export async function createLink({ ctx, input }: { ctx: Context; input: CreateLinkRequest }): Promise<LinkInfo> {
  requireAdmin(ctx.caller);
  const wanted = { table: `${input.schema}.${input.table}`, columns: input.columns };
  return makeOnce(ctx, input, wanted, (tx, id) => makeLink(tx, ctx, id, input));
}

/**
 * Makes the link of a request in one transaction with all that `work` does. Asked again by the same `id` for the same table
 * and columns, it answers the link that is there: the first answer was lost.
 * @throws TandemError `already_linked`, `busy`, and what `work` throws
 */
export async function makeOnce(
  ctx: Context,
  input: Pick<CreateLinkRequest, 'id' | 'spreadsheet' | 'sheet' | 'sheetName'>,
  wanted: { table: string; columns: readonly { header: string }[] },
  work: (tx: TransactionSql, id: string) => Promise<void>,
): Promise<LinkInfo> {
  const id = input.id ?? randomUUID();
  try {
    await inTransaction(ctx.sql, (tx) => work(tx, id));
  } catch (error) {
    // Whatever refuses the repetition: its own table, or the link itself, is in the way.
    const before = input.id === undefined ? null : await readLink(ctx.sql, id, ctx.caller).catch(() => null);
    if (before !== null && isOf(before, input, wanted)) return linkInfo(before);
    switch (databaseErrorCode(error)) {
      case '23505':
        throw new TandemError(
          'already_linked',
          `The tab "${input.sheetName}" is linked already. Remove that link first.`,
        );
      case '55P03':
        throw tableInUse(wanted.table);
      default:
        throw error;
    }
  }
  return linkInfo(await readLink(ctx.sql, id, ctx.caller));
}

function isOf(
  link: LinkRecord,
  tab: { spreadsheet: string; sheet: number },
  { table, columns }: { table: string; columns: readonly { header: string }[] },
): boolean {
  if (link.spreadsheet !== tab.spreadsheet || link.sheet !== tab.sheet) return false;
  // The table may be renamed since, and what is read from other tables is no column of a new one.
  const headers = new Set(link.columns.map(({ header }) => header.trim()));
  return `${link.schema}.${link.table}` === table && columns.every(({ header }) => headers.has(header.trim()));
}

/**
 * Stores a link in preview.
 * @throws TandemError `table_not_found`, `table_unsuitable`, `bad_request`
 */
export async function makeLink(tx: TransactionSql, ctx: Context, id: string, input: CreateLinkRequest): Promise<void> {
  const shape = await readShape(tx, { schema: input.schema, name: input.table });
  if (shape === null || input.schema === 'tandem') {
    const message = `There is no table "${input.schema}.${input.table}". Choose one from the list, or create it.`;
    throw new TandemError('table_not_found', message);
  }
  const kind = input.kind ?? 'sync';
  if (kind === 'replace' ? !shape.replaceable : shape.unsuitable !== null) {
    throw new TandemError('table_unsuitable', `"${shape.schema}.${shape.name}" can't be linked. ${shape.unsuitable}`);
  }
  const references = await readReferences(tx, shape.oid);
  const columns = await mapColumns(tx, input, shape, references);
  const read = [...shape.primaryKey, ...columns.flatMap(({ attnum, related }) => (related ? related.via : [attnum]))];
  await requireRights(tx, shape, kind, read);
  // Nothing flows back from a table that is replaced whole.
  if (kind === 'sync') await installCapture(tx, shape);
  // What a person leaves out now is not offered to them as new later.
  const others = shape.columns.filter(({ attnum }) => !columns.some((column) => column.attnum === attnum));
  const registry = newRegistry(
    others.map(({ attnum }) => attnum),
    input.leftHeaders,
  );
  await tx`
    INSERT INTO tandem.link (id, spreadsheet, spreadsheet_name, sheet, sheet_name, time_zone, relation, table_schema,
                             table_name, mapping, map_fingerprint, registry, kind, owner, owner_email, created_at)
    VALUES (${id}::uuid, ${input.spreadsheet}, ${input.spreadsheetName ?? null}, ${input.sheet}, ${input.sheetName},
            ${input.timeZone}, ${shape.oid}::oid, ${shape.schema}, ${shape.name},
            ${JSON.stringify({ columns })}::text::jsonb, ${mappingFingerprint(columns)},
            ${JSON.stringify(registry)}::text::jsonb, ${kind}, ${ctx.caller.sub},
            ${ctx.caller.email}, ${ctx.clock.now().toISOString()}::text::timestamptz)`;
  const place = {
    link: id,
    schema: shape.schema,
    table: shape.name,
    actor: ctx.caller.email ?? ctx.caller.sub,
    now: ctx.clock.now(),
  };
  await writeSchemaLog(tx, place, [{ op: 'linked' }]);
  if (relatedRelations(columns).length > 0) {
    const link = await readLink(tx, id, ctx.caller, { lock: true });
    await readFromTables(tx, link);
    await saveLink(tx, link);
  }
}

const REPLACES = 'This tab replaces its table whole, so it shows no labels and no columns of other tables.';

/** Longest header that is of use in a note on a cell, or in a list. */
const HEADER_CHARS = 1_000;

async function mapColumns(
  tx: TransactionSql,
  input: CreateLinkRequest,
  shape: TableShape,
  references: readonly Reference[],
): Promise<StoredColumn[]> {
  const used = new Set<string>();
  const columns: StoredColumn[] = [];
  for (const [index, { header, column: name, direction, label, via }] of input.columns.entries()) {
    if (header.length > HEADER_CHARS) {
      const message = `The header "${header.slice(0, 40)}…" is longer than ${HEADER_CHARS} characters. Shorten it in the sheet, and link the tab again.`;
      throw new TandemError('bad_request', message, { field: `columns.${index}.header` });
    }
    if (header.trim() === '') {
      const message = `A header in this tab is empty. Give the column of "${name}" a header, and link the tab again.`;
      throw new TandemError('bad_request', message, { field: `columns.${index}.header` });
    }
    const id = `c${index + 1}`;
    if (input.kind === 'replace' && (via !== undefined || label !== undefined)) {
      throw new TandemError('bad_request', REPLACES, { field: `columns.${index}` });
    }
    const found = shape.columns.find((column) => column.name === name);
    if (!found && via === undefined) {
      const message = `The table has no column "${name}". Map "${header}" to one of: ${shape.columns.map((c) => c.name).join(', ')}.`;
      throw new TandemError('bad_request', message, { field: `columns.${index}.column` });
    }
    for (const text of [`header ${header.trim()}`, `column ${via === undefined ? '' : `${via.join('+')}.`}${name}`]) {
      if (used.has(text)) {
        const message = `The ${text.replace(' ', ' "')}" is mapped twice. Each header and each column can be used once.`;
        throw new TandemError('bad_request', message, { field: `columns.${index}` });
      }
      used.add(text);
    }
    if (via !== undefined) {
      columns.push(await storeRelated(tx, shape, references, { via, column: name }, { id, header }));
      continue;
    }
    const stored = storeColumn(shape, found!, { id, header, direction });
    if (label !== undefined) await setLabel(tx, shape, references, stored, label);
    columns.push(input.kind === 'replace' ? replacing(stored) : stored);
  }
  if (input.kind === 'replace') return columns;
  const missing = shape.primaryKey
    .map((attnum) => shape.columns.find((column) => column.attnum === attnum)!.name)
    .filter((name) => !columns.some((column) => column.column === name));
  if (missing.length > 0) {
    const message = `The key column ${missing.map((name) => `"${name}"`).join(' and ')} must be mapped: rows are told apart by it.`;
    throw new TandemError('bad_request', message, { field: 'columns' });
  }
  return columns;
}

/** Of a replace link: rows have no key, and every column comes from the sheet. */
export function replacing({ madeByTable: _made, ...column }: StoredColumn): StoredColumn {
  if (column.generated) {
    const message = `The database computes "${column.column}", so a tab can't replace it. Leave it out.`;
    throw new TandemError('bad_request', message, { field: 'columns' });
  }
  return { ...column, key: false, required: false, direction: 'toTable' };
}
