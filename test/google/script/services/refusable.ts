import { InvalidDataError, OutOfGridError, ProtectedError, SheetError } from '../../workbook/errors.ts';
import { TypedColumnError } from '../../workbook/table.ts';
import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';

const REFUSALS = [InvalidDataError, ProtectedError, TypedColumnError];

/**
 * Does what Sheets may refuse for the sake of what is there. The refusal comes at once, or at the next flush or read where
 * the runtime is told to be late. What the script writes between the two is done all the same, or lost along with it
 * (`lateRefusalsLoseTheRest`).
 */
export function refusable(execution: Execution, write: () => void, isRefusal = isContent): void {
  const { unconfirmed } = execution.document?.workbook ?? {};
  if (execution.lateError !== null && unconfirmed?.lateRefusalsLoseTheRest) return;
  try {
    write();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { message } = error as Error;
    if (!execution.runtime.lateWriteErrors) throw new ServiceError(message);
    execution.lateError ??= new ServiceError(message);
  }
}

function isContent(error: unknown): boolean {
  return REFUSALS.some((kind) => error instanceof kind);
}

/** Rows that Sheets does not delete: protected ones, the last below the frozen ones. */
export function isOfRows(error: unknown): boolean {
  return error instanceof SheetError && !(error instanceof OutOfGridError);
}
