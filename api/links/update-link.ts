import { TandemError } from '../../shared/protocol/error.ts';
import type { LinkSettings, UpdateLinkRequest } from '../../shared/protocol/links.ts';
import { knownColumns, onlyShown } from '../access/table-columns.ts';
import type { Caller, Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { readLink, saveLink, type LinkRecord } from './link-record.ts';
import { readShape, type ShapeColumn, type TableShape } from './table-shape.ts';

/**
 * Sets how a link behaves. For its creator, and for admins among its members.
 * @throws TandemError `link_not_found`, `not_allowed`, `bad_request`
 */
export async function updateLink({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string } & UpdateLinkRequest;
}): Promise<LinkSettings> {
  return inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller, { lock: true });
    if (link.owner !== ctx.caller.sub && !ctx.caller.admin) {
      throw new TandemError('not_allowed', 'Only the person who linked this tab, or an admin, can change this.');
    }
    const shape = await readShape(tx, { oid: link.relation });
    const before = { mode: link.removedMode, soft: link.missingMode === 'soft' ? link.softDeleteAttnum : null };
    if (input.policy !== undefined) link.policy = input.policy;
    if (input.removedMode !== undefined) link.removedMode = input.removedMode;
    if (input.softDeleteColumn !== undefined) {
      link.softDeleteAttnum =
        input.softDeleteColumn === null ? null : chosenColumn(ctx.caller, link, shape, input.softDeleteColumn).attnum;
    }
    if (input.missingMode !== undefined) link.missingMode = input.missingMode;
    if (link.missingMode === 'soft' && link.softDeleteAttnum === null) {
      throw new TandemError('bad_request', 'Choose the column of the table that says a row is deleted.', {
        field: 'softDeleteColumn',
      });
    }
    if (input.members !== undefined) {
      link.members = [...new Set(input.members.map(asMember).filter((member) => member !== ''))];
    }
    for (const [id, policy] of Object.entries(input.columns ?? {})) {
      const column = link.columns.find((one) => one.id === id);
      if (column === undefined) {
        throw new TandemError('bad_request', `This link has no column "${id}".`, { field: 'columns' });
      }
      if (policy === null) delete column.policy;
      else column.policy = policy;
    }
    for (const [id, mode] of Object.entries(input.empty ?? {})) chooseEmpty(link, id, mode);
    await saveLink(tx, link);
    if (link.removedMode !== before.mode) {
      // Rows that stay on the sheet although the table deleted them are decided anew.
      await tx`
        INSERT INTO tandem.dirty (link, key, db_key) SELECT link, key, '{}' FROM tandem."row"
         WHERE link = ${link.id}::uuid AND status = 'tombstone' ON CONFLICT DO NOTHING`;
    }
    if ((link.missingMode === 'soft' ? link.softDeleteAttnum : null) !== before.soft) {
      // Other rows belong on the sheet now: the next sync compares the table with it.
      await tx`UPDATE tandem.link SET audited_at = to_timestamp(0) WHERE id = ${link.id}::uuid`;
    }
    return linkSettings(ctx.caller, link, shape);
  });
}

/** An address as identities tell it, in lower case; a sub as it is. */
function asMember(text: string): string {
  const member = text.trim();
  return member.includes('@') ? member.toLowerCase() : member;
}

/** How a link behaves now. */
export async function getSettings({ ctx, input }: { ctx: Context; input: { link: string } }): Promise<LinkSettings> {
  const link = await readLink(ctx.sql, input.link, ctx.caller);
  return linkSettings(ctx.caller, link, await readShape(ctx.sql, { oid: link.relation }));
}

function linkSettings(caller: Caller, link: LinkRecord, shape: TableShape | null): LinkSettings {
  const { policy, columns, missingMode, softDeleteAttnum, removedMode, members } = link;
  const own = columns.flatMap((column) => (column.policy === undefined ? [] : [[column.id, column.policy] as const]));
  return {
    policy,
    columns: Object.fromEntries(own),
    empty: Object.fromEntries(columns.flatMap(({ id, empty }) => (empty === undefined ? [] : [[id, empty]]))),
    missingMode,
    softDeleteColumn: shape?.columns.find(({ attnum }) => attnum === softDeleteAttnum)?.name ?? null,
    softDeleteChoices: shape === null ? [] : softDeleteColumns(caller, link, shape).map(({ name }) => name),
    removedMode,
    members,
    owner: link.ownerEmail,
  };
}

/** @throws TandemError `bad_request` where the column holds no text, or takes no NULL */
function chooseEmpty(link: LinkRecord, id: string, mode: 'null' | 'blank' | null): void {
  const column = link.columns.find((one) => one.id === id);
  if (column === undefined) {
    throw new TandemError('bad_request', `This link has no column "${id}".`, { field: 'empty' });
  }
  if (mode === null) {
    delete column.empty;
    return;
  }
  if (column.kind !== 'text' && column.kind !== 'citext') {
    const message = `${column.header} holds values of type ${column.type}: its empty cells are always NULL.`;
    throw new TandemError('bad_request', message, { field: 'empty' });
  }
  if (mode === 'null' && column.notNull) {
    const message = `${column.header} must not be NULL in the table. Choose the empty text for its empty cells.`;
    throw new TandemError('bad_request', message, { field: 'empty' });
  }
  column.empty = mode;
}

/** Columns that can say whether a row is deleted: a boolean, or the time it was, empty for others. */
function softDeleteColumns(caller: Caller, link: LinkRecord, shape: TableShape): ShapeColumn[] {
  return knownColumns(caller, link, shape).filter(
    ({ attnum, kind, generated, notNull }) =>
      !generated &&
      !shape.primaryKey.includes(attnum) &&
      (kind === 'boolean' || (!notNull && ['date', 'timestamp', 'timestamptz'].includes(kind))),
  );
}

function chosenColumn(caller: Caller, link: LinkRecord, shape: TableShape | null, name: string): ShapeColumn {
  const choices = shape === null ? [] : softDeleteColumns(caller, link, shape);
  const found = choices.find((column) => column.name === name);
  if (found) return found;
  if (!caller.admin && shape !== null && !knownColumns(caller, link, shape).some((column) => column.name === name)) {
    throw new TandemError('bad_request', onlyShown(name), { field: 'softDeleteColumn' });
  }
  const names = choices.map((column) => `"${column.name}"`).join(', ');
  throw new TandemError(
    'bad_request',
    choices.length === 0
      ? 'The table has no column that could say a row is deleted: add one of type boolean or timestamp.'
      : `"${name}" can't say whether a row is deleted. Choose one of: ${names}.`,
    { field: 'softDeleteColumn' },
  );
}
