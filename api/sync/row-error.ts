import type { TransactionSql } from 'postgres';
import { databaseErrorCode, toTandemError } from '../database/errors.ts';
import { checkInWords } from './check-words.ts';
import {
  blame,
  explainConstraint,
  isOwn,
  readableCheck,
  writesElsewhere,
  type ConstraintError,
} from './constraint-error.ts';
import { expectation } from './codec/index.ts';
import { showCell } from '../../shared/cell.ts';
import { REWRITTEN } from '../links/table-shape.ts';
import type { TargetTable } from './target-table.ts';

/** Why the table refused a row, in a person's words. */
export interface RowError {
  /** SQLSTATE class in words: `check`, `required`, `unique`, `reference`, `type`, `length`, `permission`, `refused`. */
  code: string;
  /** Sentence that starts with the column's header where one is to blame. */
  message: string;
  /** Columns to blame, by id; empty where the whole row is. */
  columns: string[];
  /** Another row's change may make it pass: worth trying again by itself. */
  mayHeal: boolean;
}

/**
 * The table stored another key than the one typed: its type or a trigger gave it a form of its own. Accepted, the row
 * would be found again only under that key, and be brought to the sheet once more.
 */
export class KeyChanged extends Error {
  readonly code = '22000';
  readonly columns: string[];

  constructor(table: TargetTable, dbKey: readonly string[]) {
    const shown = table.keys.map(
      (column, n) => `${column.header} as ${showCell(table.show(column, dbKey[n] ?? null))}`,
    );
    super(`The table would store ${shown.join(' and ')}. Type it like that: rows are told apart by it.`);
    this.columns = table.keys.map(({ id }) => id);
  }
}

interface PostgresError extends ConstraintError {
  message: string;
  column_name?: string;
  /** The driver's own spelling. */
  'data type_name'?: string;
  /** Function of the server's source that raised it. */
  routine?: string;
}

/** Errors of the moment (locks, timeouts, a lost connection) end the message; they say nothing about the row. */
export function isRowError(error: unknown): boolean {
  return databaseErrorCode(error) !== null && toTandemError(error) === null;
}

/**
 * Explains a refusal. `changed` are the columns that were to be written; a constraint over several columns blames those
 * of them that it covers. Types are probed one cell at a time, because Postgres does not name the column.
 */
export async function explainRowError(
  tx: TransactionSql,
  table: TargetTable,
  error: unknown,
  values: Readonly<Record<string, string | null>>,
): Promise<RowError> {
  if (error instanceof KeyChanged) return blame('key', error.message, error.columns);
  const { code, column_name: columnName, message, routine } = error as PostgresError;
  const changed = Object.keys(values);
  const byName = (name: string | undefined) => table.columns.find((column) => column.column === name);
  // Raised by the table's own trigger, under whatever code: its author wrote it to be read.
  if (code === 'P0001' || routine === 'exec_stmt_raise') {
    const column = byName(columnName);
    const words = `The table refused this row: ${firstLine(message)}`;
    return blame('refused', words, column ? [column.id] : [], code.startsWith('23'));
  }
  switch (code) {
    case '23502': {
      if (!(await isOwn(tx, table, error as PostgresError))) return writesElsewhere(error as PostgresError);
      const column = byName(columnName);
      if (column) return blame('required', `${column.header} must not be empty.`, [column.id]);
      if (columnName === undefined) return explainDomain(tx, table, error as PostgresError, values);
      const aside = table.link.columns.find((one) => one.suspended !== undefined && one.column === columnName);
      return blame(
        'required',
        aside
          ? `The table's column "${columnName}" must have a value, and "${aside.header}" is not synced at the moment. ${aside.suspended}`
          : `The table's column "${columnName}" must have a value, and this sheet has no column for it.`,
      );
    }
    case '23514':
      if ((error as PostgresError).table_name === undefined) {
        return explainDomain(tx, table, error as PostgresError, values);
      }
      return explainConstraint(tx, table, error as PostgresError, changed);
    case '23505':
    case '23503':
    case '23001':
    case '23P01':
      return explainConstraint(tx, table, error as PostgresError, changed);
    case '42501':
      if (routine === 'ExecWithCheckOptions') {
        const words =
          'The row level security of the table does not let the server store this row. Ask your admin to change its policies.';
        return blame('permission', words);
      }
      // A sequence or a table that a trigger writes to, as often as the table itself.
      return blame(
        'permission',
        `The server's database user lacks a right that writing this row needs (${firstLine(message)}). Ask your admin to grant it.`,
      );
    case '428C9':
      return blame('refused', 'The table computes this value itself, so it cannot be typed in.');
    case '0A000':
      if (table.shape.rewritten) return blame('refused', `${REWRITTEN} Ask your admin to make the rule a trigger.`);
      break;
    default:
      break;
  }
  if (code.startsWith('22')) {
    for (const [id, text] of Object.entries(values)) {
      const column = table.column(id);
      if (!column || text === null || (await fits(tx, table, id, text))) continue;
      if (code === '22001') return blame('length', `${column.header} is too long for ${column.type}.`, [id]);
      if (code === '22003') return blame('type', `${column.header} is out of the range of ${column.type}.`, [id]);
      return blame('type', `${column.header} ${expectation(column)}.`, [id]);
    }
    return blame('type', 'A value of this row does not fit the table. Check the values in this row.');
  }
  return blame('refused', `The table refused this row (database error ${code}). Ask your admin what it means.`);
}

/** A domain's own check or NOT NULL: Postgres names the type, not the column. */
async function explainDomain(
  tx: TransactionSql,
  table: TargetTable,
  { code, constraint_name: constraint = '', schema_name: schema = '', 'data type_name': domain = '' }: PostgresError,
  values: Readonly<Record<string, string | null>>,
): Promise<RowError> {
  const rows = await tx<{ attnum: number; definition: string | null }[]>`
    WITH RECURSIVE chain AS (
      SELECT a.attnum, a.atttypid AS type FROM pg_attribute a
       WHERE a.attrelid = ${table.shape.oid}::oid AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL
      SELECT chain.attnum, d.typbasetype FROM chain JOIN pg_type d ON d.oid = chain.type AND d.typtype = 'd')
    SELECT chain.attnum, pg_get_constraintdef(con.oid, true) AS definition
      FROM chain JOIN pg_type t ON t.oid = chain.type JOIN pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_constraint con ON con.contypid = t.oid AND con.conname = ${constraint}
     WHERE t.typname = ${domain} AND n.nspname = ${schema}`;
  const definition = rows[0]?.definition ?? null;
  const written = table.columns.filter(({ id, attnum }) => id in values && rows.some((one) => one.attnum === attnum));
  // Of several columns of the domain, those whose value it does not take.
  const blamed = [];
  for (const column of written) {
    const text = values[column.id] ?? null;
    if (written.length === 1 || !(await fits(tx, table, column.id, text))) blamed.push(column);
  }
  const names = blamed.map(({ header }) => header).join(' and ') || 'A value of this row';
  const columns = blamed.map(({ id }) => id);
  if (code === '23502') return blame('required', `${names} must not be empty.`, columns);
  const words = definition === null ? null : checkInWords(definition, 'VALUE');
  if (words !== null) return blame('check', `${names} ${words}.`, columns);
  const rule = definition === null ? null : readableCheck(definition, table);
  return rule === null
    ? blame('check', `${names} does not satisfy the rule "${constraint}" of the type ${domain}.`, columns)
    : blame('check', `${names} must satisfy ${rule.replace(/\bVALUE\b/g, 'the value')}.`, columns);
}

function firstLine(text: string): string {
  const line = text.split('\n')[0]!.trim();
  return line.length > 300 ? `${line.slice(0, 297)}...` : line;
}

/** Whether a text passes the column's type, length included, tried in a savepoint on a row that is never stored. */
async function fits(tx: TransactionSql, table: TargetTable, id: string, text: string | null): Promise<boolean> {
  const column = table.column(id)!;
  const length = /^(character varying|character|bit|bit varying)\((\d+)\)$/.exec(column.type);
  if (text !== null && length && [...text].length > Number(length[2])) return false;
  try {
    await tx.savepoint((sp) =>
      sp.unsafe(`SELECT $1::text::${length || column.kind === 'money' ? column.cast : column.type}`, [text]),
    );
    return true;
  } catch (error) {
    if (isRowError(error)) return false;
    throw error;
  }
}
