import { isDate, isError, sameCell, type Cell, type Cells } from '../../shared/cell.ts';
import type { OfferResult } from '../../shared/protocol/offer.ts';
import { showKey } from '../../shared/row-key.ts';
import { shorten } from '../../shared/text-format.ts';
import { dealtHash, type RowState } from './row-state.ts';
import { offeredCells, type StoredOffer } from './offer-store.ts';
import { isStanding } from './removed.ts';
import type { TargetTable } from './target-table.ts';

/** What settling an offer leaves to do: look at the row again, or not. */
export type Settled = 'done' | 'again';

/** Hash of no row: differs from whatever the sheet shows under the key. */
const UNSEEN = '0'.repeat(16);

const REFUSED: Record<string, (header: string) => string> = {
  formula: (header) => `${header} holds a formula here, so the table's value is not written over it.`,
  protected: (header) => `${header} is protected here, so the table's value could not be written.`,
  invalid: (header) => `A data validation rule refuses the table's value for ${header}.`,
  unkept: () => 'The archive tab did not take this row, so it stays.',
  unsafe: (header) => `The table's value for ${header} would become a formula here, so it was taken back.`,
};

/** A host knows more than the outcome: which rule, which limit. Its word is a sentence, and shown as one. */
function refusal(outcome: string, reason: string | undefined, header: string): string {
  return reason ? `${header}: ${shorten(reason, 300)}` : REFUSED[outcome]!(header);
}

/**
 * Settles an offer by what its host says became of it. Changes `state`; the caller drops the offer. `isOurs`: whether a
 * cell that is not as offered may show another value that the same apply wrote.
 */
export function settleByOutcome(
  state: RowState,
  offer: StoredOffer,
  result: OfferResult,
  table: TargetTable,
  isOurs: (cell: Cell, offer: StoredOffer, column: string) => boolean = () => false,
): Settled {
  const outcomes = offeredCells(offer).map(({ column, value }) => ({ column, value, ...result.cells[column] }));
  if (offer.kind === 'delete') return settleDelete(state, outcomes, table);
  if (offer.kind === 'rekey') {
    settleRekey(state, outcomes, table);
    return 'done';
  }
  // A key alone proves nothing: a person may have typed it.
  const telling = outcomes.filter(({ column }) => !table.column(column)?.key);
  const landed = (telling.length > 0 ? telling : outcomes).some(({ outcome }) => outcome === 'applied');
  if (offer.kind === 'insert') {
    // Without its key nothing else of a row can stay: what was written of it was put back.
    const keyless = outcomes.find(
      ({ column, outcome, readback = null }) =>
        table.column(column)?.key && readback === null && (outcome === 'protected' || outcome === 'invalid'),
    );
    if (!landed || keyless) {
      const refused = keyless ?? outcomes.find(({ outcome }) => outcome !== undefined && outcome in REFUSED);
      const whole = keyless || outcomes.every(({ outcome }) => outcome !== undefined && outcome in REFUSED);
      if (!refused || !whole) {
        // The sheet has, or had, a row of this key that nobody dealt with: its cells are asked for before it is offered
        // again, or every sync would offer it anew and never look.
        state.seen = UNSEEN;
        return 'again';
      }
      // Nothing of the row could be written: not offered again until the table's row changes.
      const message = refusal(refused.outcome!, refused.reason, 'This row');
      state.blocked['*'] = { value: JSON.stringify(offer.bValue), code: refused.outcome!, message };
      refreshStatus(state, table);
      return 'done';
    }
    state.a = {};
    state.b = {};
    state.absentAt = state.absentScan = state.absentRun = null;
  }
  if (state.a === null) return 'again';
  const a = state.a;
  const b = (state.b ??= {});
  // Only an offer of a value that the table had before was to show its form.
  const formOf = new Set(
    outcomes.flatMap(({ column }) => (column in b && b[column] === offer.bValue[column] ? [column] : [])),
  );
  const isWritten = telling.some(({ outcome, value }) => outcome === 'applied' && value !== null && value !== false);
  let again = false;
  for (const { column, value, outcome, readback = null, reason } of outcomes) {
    if (outcome === 'applied') {
      const asWritten = isFormOf(value, readback);
      // Somebody typed between the write and the read-back: against what was written, that is an edit.
      a[column] = asWritten ? readback : value;
      b[column] = offer.bValue[column] ?? null;
      delete state.refused[column];
      delete state.blocked[column];
    } else if (
      outcome === 'formula' &&
      formOf.has(column) &&
      isRounded(readback, value, offer.bValue[column] ?? null)
    ) {
      // The table's own form of what the formula shows: not to be seen there, and in step. Anything else is another
      // value, as a trigger may put in its place.
      continue;
    } else if (outcome !== undefined && outcome in REFUSED) {
      if (offer.kind === 'insert') a[column] = readback;
      const message = refusal(outcome, reason, table.header(column));
      state.blocked[column] = { value: offer.bValue[column] ?? null, code: outcome, message };
    } else {
      if (offer.kind === 'insert' && outcome !== undefined) {
        // In a new row what is neither the value nor another of ours was typed since. An empty checkbox shows false; where
        // the row shows other values of the offer, though, it was written whole, and TRUE that shows false was unticked.
        const unticked = readback === false && value === true && isWritten;
        const untyped = readback === null || (readback === false && !unticked) || isFormOf(value, readback);
        a[column] = untyped || isOurs(readback, offer, column) ? readback : null;
      }
      again = true;
    }
  }
  // An unequal read-back is final: what the sheet makes of the value is accepted, and not written again.
  if (!again && formOf.size > 0 && state.writeBack === 'due') state.writeBack = 'done';
  state.seen = dealtHash(state, table.link.columns);
  refreshStatus(state, table);
  return again ? 'again' : 'done';
}

/**
 * Whether a cell shows a written value in the form Sheets keeps it in: a double of a longer number, a date without its
 * microseconds, text that was read as a number, boolean or date. Anything else was typed by somebody since.
 */
function isFormOf(value: Cell, shown: Cell): boolean {
  if (sameCell(value, shown)) return true;
  if (value === null || shown === null) return false;
  if (typeof value === 'number') return typeof shown === 'number' && Math.abs(shown - value) <= Math.abs(value) * 1e-12;
  // Text of the table that reads like an error: nobody can tell the two apart, and the table keeps it.
  if (isError(shown)) return value === shown.error;
  if (isDate(value)) return isDate(shown) && shown.date.slice(0, 16) === value.date.slice(0, 16);
  if (typeof value !== 'string') return false;
  // Sheets drops a leading apostrophe as its sign for "text follows".
  const bare = value.replace(/^'/, '');
  if (typeof shown === 'string')
    return [value, bare].some((text) => text.normalize('NFC').trim() === shown.normalize('NFC').trim());
  if (typeof shown === 'number') return Number(value) === shown;
  if (typeof shown === 'boolean') return value.trim().toUpperCase() === String(shown).toUpperCase();
  return isDate(shown) && value.trim().replace(' ', 'T').startsWith(shown.date);
}

/**
 * Whether the table keeps what a cell shows in a form of its own: rounded to the digits it has, a date to its precision,
 * text in another case or with other spaces.
 */
function isRounded(shown: Cell, value: Cell, text: string | null): boolean {
  if (isFormOf(value, shown)) return true;
  if (typeof shown === 'number' && typeof value === 'number' && text !== null) {
    const digits = /^-?\d+(?:\.(\d+))?$/.exec(text);
    const half = digits === null ? 0 : 0.5 * 10 ** -(digits[1]?.length ?? 0);
    // A real has six digits.
    return Math.abs(shown - value) <= Math.max(half * (1 + 1e-9), Math.abs(value) * 1e-6);
  }
  if (typeof shown === 'string' && typeof value === 'string') {
    const bare = (one: string) => one.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
    return bare(shown) === bare(value);
  }
  return false;
}

/**
 * A person wants the old key back. Refused by the sheet they are told why, and asked again; where the row was on the move,
 * the next sync tries it once more.
 */
function settleRekey(
  state: RowState,
  outcomes: readonly ({ column: string } & Partial<OfferResult['cells'][string]>)[],
  table: TargetTable,
): void {
  // The old key stands in the row again: under the new one there is nothing.
  if (outcomes.every(({ outcome }) => outcome === 'applied')) return markGone(state);
  const refused = outcomes.find(({ outcome }) => outcome !== undefined && outcome in REFUSED);
  if (refused === undefined || state.error?.code !== 'renamed') {
    state.retryAt = 0;
    return;
  }
  const why = refusal(refused.outcome!, refused.reason, table.header(refused.column));
  const { decided: _, ...error } = state.error;
  const message = `The old key "${showKey(error.other ?? '')}" could not be put back. ${why}`;
  state.error = { ...error, message };
  const told = state.refused[error.column ?? ''];
  if (told !== undefined) told.message = message;
}

function settleDelete(
  state: RowState,
  outcomes: readonly Partial<Pick<OfferResult['cells'][string], 'outcome' | 'reason'>>[],
  table: TargetTable,
): Settled {
  if (outcomes.every(({ outcome }) => outcome === 'applied' || outcome === 'gone')) {
    markGone(state);
    return 'done';
  }
  const refused = outcomes.find(({ outcome }) => outcome !== undefined && outcome in REFUSED);
  if (!refused) return 'again';
  const why = state.dbKey === null ? 'was deleted in the table' : 'has left the row filter';
  const says = refused.reason ? ` Sheets says: ${shorten(refused.reason, 300)}` : '';
  const message =
    refused.outcome === 'unkept'
      ? `This row ${why}, but the archive tab did not take it, so it stays. Let Tandem edit that tab, or delete the row here.`
      : refused.outcome === 'protected'
        ? `This row ${why}, but is protected here. Delete it here, or lift the protection.`
        : `This row ${why}, but Sheets does not let Tandem delete it here. Delete it here yourself.${says}`;
  state.blocked['*'] = { value: null, code: refused.outcome!, message };
  refreshStatus(state, table);
  return 'done';
}

/** The sheet no longer has the row, and the hub knows why. */
function markGone(state: RowState): void {
  state.a = null;
  state.b = null;
  state.seen = null;
  state.refused = {};
  state.blocked = {};
  state.marks = {};
  // The table still has it: the row filter leaves it out.
  state.status = state.dbKey === null ? 'ok' : 'outside';
  state.error = null;
}

/**
 * Settles an offer of an earlier epoch, never acknowledged, by the row itself. Cell shows the value → it was written;
 * base → it was not. Neither: a person's edit, on top of one or the other; the merge decides it like any edit, and what
 * loses is journaled. A missing row: an insert was not made, a delete was, an update has lost its row.
 */
export function settleByCells(state: RowState, offer: StoredOffer, sheet: Cells | null, table: TargetTable): Settled {
  if (sheet === null) {
    if (offer.kind !== 'delete' && offer.kind !== 'rekey') return 'again';
    markGone(state);
    return 'done';
  }
  if (offer.kind === 'delete' || offer.kind === 'rekey') return 'again';
  if (offer.kind === 'insert') {
    // Only a row that shows something of the offer was made by it; else it is a person's own.
    const telling = offer.cells.filter(({ column, value }) => value !== null && !table.column(column)?.key);
    const written = telling.some(({ column, value }) => sameCell(sheet[column] ?? null, value));
    if (!written) return 'again';
    state.a = {};
    state.b = {};
  }
  if (state.a === null) return 'again';
  const a = state.a;
  const b = (state.b ??= {});
  for (const { column, base, value } of offeredCells(offer)) {
    if (!table.column(column)) continue;
    const shown: Cell = sheet[column] ?? null;
    if (sameCell(shown, value)) {
      a[column] = shown;
      b[column] = offer.bValue[column] ?? null;
    } else if (offer.kind === 'insert' && (shown === null || shown === false)) {
      // The run died before it wrote this one: nobody has cleared it, and the value is still to come.
      a[column] = shown;
    } else if (offer.kind === 'insert') {
      // Written with the rest of the row and edited since, or never written: against the value it is an edit.
      a[column] = value;
      b[column] = offer.bValue[column] ?? null;
    } else if (sameCell(shown, base)) continue;
  }
  return 'again';
}

/** Settles an offer whose whole row is known to show exactly what was offered. */
export function settleAsWritten(state: RowState, offer: StoredOffer, table: TargetTable): Settled {
  const cells = Object.fromEntries(
    offer.cells.map(({ column, value }) => [column, { outcome: 'applied' as const, readback: value }]),
  );
  return settleByOutcome(state, offer, { offer: offer.id, cells }, table);
}

/** Status and reason that the refusals and blocks of a row amount to. */
export function refreshStatus(state: RowState, table: TargetTable): void {
  const refused = Object.entries(state.refused);
  const worst = refused.find(([, { code, message }]) => message !== '' && !isHeldCode(code));
  const told = worst ?? refused.find(([, { message }]) => message !== '') ?? refused[0];
  if (told) {
    const [column, { code, message }] = told;
    state.status = worst !== undefined ? 'rejected' : code === 'conflict' ? 'conflict' : 'held';
    const why = message || (state.blocked[column]?.message ?? 'This row is held with another change of it.');
    state.error = { code, message: why, column };
    return;
  }
  const blocked = Object.entries(state.blocked).find(([, { code }]) => code !== 'approved');
  if (blocked) {
    const [column, { code, message }] = blocked;
    if (isStanding(code)) {
      state.status = 'tombstone';
      state.error = null;
      return;
    }
    state.status = 'held';
    state.error = { code, message, ...(column === '*' || !table.ids.includes(column) ? {} : { column }) };
    return;
  }
  state.status = 'ok';
  state.error = null;
}

/** Refusals in which the table had no say: the row waits for a person, or for the rest of it. */
export function isHeldCode(code: string): boolean {
  return [
    'outside',
    'locked',
    'error_value',
    'incomplete',
    'waiting',
    'deleted_in_table',
    'soft_deleted',
    'renamed',
    'ambiguous_key',
    'misplaced',
    'row',
    'conflict',
  ].includes(code);
}
