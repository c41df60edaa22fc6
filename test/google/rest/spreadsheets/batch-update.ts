import { SheetError } from '../../workbook/errors.ts';
import { ApiError, badField, invalid, unknownField } from '../api-error.ts';
import type { DocumentCall } from '../context.ts';
import { parseRange } from '../ranges.ts';
import { requestKinds } from '../requests/index.ts';
import { spreadsheetResource } from './resource.ts';

/** POST …/spreadsheets/{id}:batchUpdate. All requests take effect, in order, or none does. */
export function batchUpdate(call: DocumentCall): unknown {
  const { workbook, body } = call;
  const requests = body.requests as Record<string, Record<string, unknown>>[] | undefined;
  if (requests !== undefined && !Array.isArray(requests)) {
    throw badField(
      'requests',
      `Invalid value at 'requests' (type.googleapis.com/google.apps.sheets.v4.Request), ${JSON.stringify(requests)}`,
    );
  }
  if (!requests?.length) throw invalid('Must specify at least one request.');
  requests.forEach((request, i) => {
    for (const kind of Object.keys(request)) if (!(kind in requestKinds)) throw unknownField(kind, `requests[${i}]`);
  });
  const before = workbook.snapshot();
  try {
    const replies = requests.map((request, i) => {
      const kinds = Object.keys(request);
      if (kinds.length !== 1) {
        throw invalid(
          `Invalid requests[${i}]: ${kinds.length ? 'Only one kind of request may be set.' : 'Must specify a request.'}`,
        );
      }
      const kind = kinds[0]!;
      try {
        const reply = requestKinds[kind]!(call, request[kind] ?? {});
        return reply === undefined ? {} : { [kind]: reply };
      } catch (error) {
        if (error instanceof SheetError || (error instanceof ApiError && error.status === 'INVALID_ARGUMENT')) {
          throw invalid(`Invalid requests[${i}].${kind}: ${error.message}`);
        }
        throw error;
      }
    });
    const response = { spreadsheetId: workbook.id, replies };
    if (body.includeSpreadsheetInResponse !== true) return response;
    const ranges = ((body.responseRanges ?? []) as string[]).map((range) => parseRange(workbook, range));
    return {
      ...response,
      updatedSpreadsheet: spreadsheetResource(workbook, {
        grid: body.responseIncludeGridData === true,
        ranges,
        actor: call.actor,
      }),
    };
  } catch (error) {
    workbook.restore(before);
    throw error;
  }
}
