import type { DocumentCall } from './context.ts';
import { batchUpdate } from './spreadsheets/batch-update.ts';
import { getDeveloperMetadata, searchDeveloperMetadata } from './spreadsheets/developer-metadata.ts';
import { getByDataFilter, getSpreadsheet } from './spreadsheets/get.ts';
import { appendValues } from './values/append.ts';
import { batchClearByDataFilter, batchGetByDataFilter, batchUpdateByDataFilter } from './values/by-data-filter.ts';
import { batchClearValues, clearValues } from './values/clear.ts';
import { batchGetValues, getValues } from './values/get.ts';
import { batchUpdateValues, updateValues } from './values/update.ts';

export interface Route {
  method: 'GET' | 'POST' | 'PUT';
  /** Against what follows `/v4/spreadsheets/{id}`, decoded; a group is the argument. */
  path: RegExp;
  access: 'read' | 'write';
  run: (call: DocumentCall, argument: string) => unknown;
}

const route = (method: Route['method'], path: RegExp, access: Route['access'], run: Route['run']): Route => ({
  method,
  path,
  access,
  run,
});

/** Methods on one spreadsheet. The first that fits is taken: colon verbs before the bare range. */
export const routes: Route[] = [
  route('GET', /^$/, 'read', getSpreadsheet),
  route('POST', /^:batchUpdate$/, 'write', batchUpdate),
  route('POST', /^:getByDataFilter$/, 'read', getByDataFilter),
  route('GET', /^\/values:batchGet$/, 'read', batchGetValues),
  route('POST', /^\/values:batchUpdate$/, 'write', (call) => batchUpdateValues(call)),
  route('POST', /^\/values:batchClear$/, 'write', batchClearValues),
  route('POST', /^\/values:batchGetByDataFilter$/, 'read', batchGetByDataFilter),
  route('POST', /^\/values:batchUpdateByDataFilter$/, 'write', batchUpdateByDataFilter),
  route('POST', /^\/values:batchClearByDataFilter$/, 'write', batchClearByDataFilter),
  route('POST', /^\/values\/(.+):append$/s, 'write', appendValues),
  route('POST', /^\/values\/(.+):clear$/s, 'write', clearValues),
  route('GET', /^\/values\/(.+)$/s, 'read', getValues),
  route('PUT', /^\/values\/(.+)$/s, 'write', updateValues),
  route('POST', /^\/developerMetadata:search$/, 'read', searchDeveloperMetadata),
  route('GET', /^\/developerMetadata\/(\d+)$/, 'read', getDeveloperMetadata),
];
