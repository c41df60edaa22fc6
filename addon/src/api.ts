import type { LinkRules, TableRules } from '../../shared/protocol/table-rules.ts';
import type { ChangeColumnsRequest, ColumnsInfo } from '../../shared/protocol/columns.ts';
import type {
  CreateLinkRequest,
  LinkInfo,
  LinkList,
  LinkNewTableRequest,
  LinkSettings,
  LinkStatus,
  Me,
  MissingRequest,
  PlanInfo,
  RemovedRequest,
  RenamesRequest,
  StartRequest,
  TableInfo,
  TableList,
  TombstoneList,
  UndoRequest,
  UpdateLinkRequest,
} from '../../shared/protocol/links.ts';
import type { HistoryPage, UndoPreview } from '../../shared/protocol/journal.ts';
import type { LinkOptions, OptionsRequest } from '../../shared/protocol/options.ts';
import type { ProblemKind, ProblemList } from '../../shared/protocol/problems.ts';
import { request } from './google/http.ts';

/** The API's routes that the sidebar needs, one function a route. Errors are thrown as sentences. */

const path = (...parts: string[]): string => '/v1/' + parts.map(encodeURIComponent).join('/');

export const getMe = (): Me => request(path('me'));

export const listTables = (): TableList => request(path('tables'));

export const getTable = (schema: string, name: string): TableInfo => request(path('tables', schema, name));

export const getTableRules = (schema: string, name: string): TableRules =>
  request(path('tables', schema, name, 'rules'));

/** What is not set is left out. */
const query = (values: Record<string, string | number | boolean | undefined>): string => {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return set.length === 0 ? '' : `?${set.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&')}`;
};

export const listLinks = (spreadsheet: string): LinkList => request(path('links') + query({ spreadsheet }));

export const getLink = (id: string): LinkInfo => request(path('links', id));

/** Safe to repeat, like {@link linkTable}: the same `id` asks for the same link. */
export const createLink = (body: CreateLinkRequest & { id: string }, retryUntil: number): LinkInfo =>
  request(path('links'), { method: 'post', body, retryUntil });

export const linkTable = (body: LinkNewTableRequest & { id: string }, retryUntil: number): LinkInfo =>
  request(path('tables', 'linked'), { method: 'post', body, retryUntil });

export const deleteLink = (id: string): void => request(path('links', id), { method: 'delete' });

export const getPlan = (id: string): PlanInfo => request(path('links', id, 'plan'));

export const startLink = (id: string, body: StartRequest): void =>
  request(path('links', id, 'start'), { method: 'post', body });

export const getOptions = (id: string): LinkOptions => request(path('links', id, 'options'));

export const changeOptions = (id: string, body: OptionsRequest): LinkOptions =>
  request(path('links', id, 'options'), { method: 'patch', body });

/** For everybody who may use the link, unlike the rules of a table. */
export const getLinkRules = (id: string): LinkRules => request(path('links', id, 'rules'));

export const confirmReplace = (id: string): void => request(path('links', id, 'replace'), { method: 'post', body: {} });

export const getStatus = (id: string): LinkStatus => request(path('links', id, 'status'));

export const decideMissing = (id: string, body: MissingRequest): { restored: number; deleted: number } =>
  request(path('links', id, 'missing'), { method: 'post', body });

export const getProblems = (id: string, which: { kind?: ProblemKind; after?: string; limit?: number }): ProblemList =>
  request(path('links', id, 'problems') + query(which));

/** All of them, or those named. */
export const retryRows = (id: string, keys?: string[]): { rows: number } =>
  request(path('links', id, 'retry'), { method: 'post', body: keys ? { keys } : {} });

export interface ConflictDecision {
  keep: 'sheet' | 'table';
  keys?: string[];
  /** Id of a column; all of them if not named. */
  column?: string;
  /** Hashes of the two values that the person saw. */
  seen?: { sheet: string; table: string };
}

export const decideConflicts = (id: string, body: ConflictDecision): { cells: number } =>
  request(path('links', id, 'conflicts'), { method: 'post', body });

/** Pairs of keys that are settled, and those that could not be, with the reason. */
export interface RenamesSettled {
  done: number;
  refused: { key: string; reason: string }[];
}

export const decideRenames = (id: string, body: RenamesRequest): RenamesSettled =>
  request(path('links', id, 'renames'), { method: 'post', body });

export const decideRemoved = (id: string, body: RemovedRequest): { rows: number } =>
  request(path('links', id, 'removed'), { method: 'post', body });

export const getJournal = (
  id: string,
  which: { before?: number; limit?: number; lost?: boolean; key?: string },
): HistoryPage => request(path('links', id, 'journal') + query(which));

/** What an undo or a restore came to. */
export interface Undone {
  undone: number;
  already: number;
  refused: { entry: number | null; key: string; column: string | null; reason: string }[];
  /** Where there is more of it: `before` of the next request. */
  next: number | null;
  /** Entries, or rows, that were not tried yet. */
  left: number;
}

export const previewUndo = (id: string, body: UndoRequest): UndoPreview =>
  request(path('links', id, 'undo', 'preview'), { method: 'post', body });

export const undo = (id: string, body: UndoRequest): Undone =>
  request(path('links', id, 'undo'), { method: 'post', body });

export const getTombstones = (id: string, which: { before?: number; limit?: number }): TombstoneList =>
  request(path('links', id, 'tombstones') + query(which));

export const restoreDeleted = (id: string, keys: string[]): Undone =>
  request(path('links', id, 'restore'), { method: 'post', body: { keys } });

export const getSettings = (id: string): LinkSettings => request(path('links', id, 'settings'));

export const changeSettings = (id: string, body: UpdateLinkRequest): LinkSettings =>
  request(path('links', id), { method: 'patch', body });

export const auditLink = (id: string): void => request(path('links', id, 'audit'), { method: 'post', body: {} });

export type LinkCommand = 'pause' | 'resume';

export const commandLink = (id: string, command: LinkCommand): void =>
  request(path('links', id, command), { method: 'post', body: {} });

export const getColumns = (id: string): ColumnsInfo => request(path('links', id, 'columns'));

export const changeColumns = (id: string, body: ChangeColumnsRequest): LinkInfo =>
  request(path('links', id, 'columns'), { method: 'post', body });
