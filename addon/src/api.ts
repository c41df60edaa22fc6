import type {
  CreateLinkRequest,
  CreateTableRequest,
  LinkInfo,
  LinkList,
  LinkStatus,
  Me,
  MissingRequest,
  PlanInfo,
  StartRequest,
  TableInfo,
  TableList,
} from '../../shared/protocol/links.ts';
import { request } from './google/http.ts';

/** The API's routes that the sidebar needs, one function a route. Errors are thrown as sentences. */

const path = (...parts: string[]): string => '/v1/' + parts.map(encodeURIComponent).join('/');

export const getMe = (): Me => request(path('me'));

export const listTables = (): TableList => request(path('tables'));

export const getTable = (schema: string, name: string): TableInfo => request(path('tables', schema, name));

export const createTable = (body: CreateTableRequest): TableInfo => request(path('tables'), { method: 'post', body });

export const listLinks = (spreadsheet: string): LinkList =>
  request(`${path('links')}?spreadsheet=${encodeURIComponent(spreadsheet)}`);

export const createLink = (body: CreateLinkRequest): LinkInfo => request(path('links'), { method: 'post', body });

export const deleteLink = (id: string): void => request(path('links', id), { method: 'delete' });

export const getPlan = (id: string): PlanInfo => request(path('links', id, 'plan'));

export const startLink = (id: string, body: StartRequest): void =>
  request(path('links', id, 'start'), { method: 'post', body });

export const getStatus = (id: string): LinkStatus => request(path('links', id, 'status'));

export const decideMissing = (id: string, body: MissingRequest): void =>
  request(path('links', id, 'missing'), { method: 'post', body });

export type LinkCommand = 'retry' | 'pause' | 'resume';

export const commandLink = (id: string, command: LinkCommand): void =>
  request(path('links', id, command), { method: 'post', body: {} });
