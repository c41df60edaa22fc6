import { ServiceError } from './service-error.ts';

export type AuthMode = 'NONE' | 'LIMITED' | 'FULL';

const AUTH = 'https://www.googleapis.com/auth/';
const SHEETS = [`${AUTH}spreadsheets.currentonly`, `${AUTH}spreadsheets`];
const ALL_SHEETS = [`${AUTH}spreadsheets`];
const CONTAINER_UI = [`${AUTH}script.container.ui`];
const TRIGGERS = [`${AUTH}script.scriptapp`];

interface Need {
  /** One of these scopes; none: the service asks for no authorisation. */
  scopes: string[];
  /** The least authorisation mode in which the call is allowed. */
  mode: AuthMode;
}

const free: Need = { scopes: [], mode: 'NONE' };
const bound: Need = { scopes: SHEETS, mode: 'LIMITED' };

/**
 * What a call needs, by method and, failing that, by service. Sources: the reference page of each method
 * ("Authorization"), and the table of authorisation modes in Google's guide for Editor add-ons.
 */
const needs: Record<string, Need> = {
  SpreadsheetApp: bound,
  'SpreadsheetApp.getUi': free,
  'SpreadsheetApp.openById': { scopes: ALL_SHEETS, mode: 'FULL' },
  'SpreadsheetApp.create': { scopes: ALL_SHEETS, mode: 'FULL' },
  'Spreadsheet.copy': { scopes: ALL_SHEETS, mode: 'FULL' },
  Spreadsheet: bound,
  Sheet: bound,
  Range: bound,
  Selection: bound,
  DeveloperMetadata: bound,
  Protection: bound,
  NamedRange: bound,
  Filter: bound,
  'Ui.addMenu': free,
  // Alerts and prompts work in simple triggers too; a sidebar or dialog with HTML does not.
  'Ui.alert': { scopes: [], mode: 'LIMITED' },
  'Ui.prompt': { scopes: [], mode: 'LIMITED' },
  'Ui.showSidebar': { scopes: CONTAINER_UI, mode: 'FULL' },
  'Ui.showModalDialog': { scopes: CONTAINER_UI, mode: 'FULL' },
  'Ui.showModelessDialog': { scopes: CONTAINER_UI, mode: 'FULL' },
  UrlFetchApp: { scopes: [`${AUTH}script.external_request`], mode: 'FULL' },
  PropertiesService: { scopes: [], mode: 'LIMITED' },
  CacheService: { scopes: [], mode: 'LIMITED' },
  LockService: { scopes: [], mode: 'LIMITED' },
  ScriptApp: { scopes: [], mode: 'NONE' },
  'ScriptApp.createTrigger': { scopes: TRIGGERS, mode: 'FULL' },
  'ScriptApp.getProjectTriggers': { scopes: TRIGGERS, mode: 'FULL' },
  'ScriptApp.getUserTriggers': { scopes: TRIGGERS, mode: 'FULL' },
  'ScriptApp.deleteTrigger': { scopes: TRIGGERS, mode: 'FULL' },
  'ScriptApp.getOAuthToken': { scopes: [], mode: 'FULL' },
  'Session.getActiveUser': { scopes: [`${AUTH}userinfo.email`], mode: 'LIMITED' },
  'Session.getEffectiveUser': { scopes: [`${AUTH}userinfo.email`], mode: 'LIMITED' },
};

const rank: Record<AuthMode, number> = { NONE: 0, LIMITED: 1, FULL: 2 };

export interface Authorisation {
  mode: AuthMode;
  /** Scopes the manifest lists; null when it lists none, so that Google finds them in the code. */
  declared: readonly string[] | null;
  /** Scopes the person granted. */
  granted: ReadonlySet<string> | 'all';
}

/** Throws as Google does when the script may not make this call. */
export function checkAuthorisation(method: string, { mode, declared, granted }: Authorisation): void {
  const need = needs[method] ?? needs[method.slice(0, method.indexOf('.'))] ?? free;
  const required = need.scopes.join(' || ');
  const wanted = required === '' ? '' : ` Required permissions: ${need.scopes.length > 1 ? `(${required})` : required}`;
  if (rank[mode] < rank[need.mode]) throw new ServiceError(`You do not have permission to call ${method}.${wanted}`);
  if (need.scopes.length === 0) return;
  if (declared && !need.scopes.some((scope) => declared.includes(scope))) {
    throw new ServiceError(`Specified permissions are not sufficient to call ${method}.${wanted}`);
  }
  // In LIMITED mode the document itself is open to the script without anybody's consent.
  if (mode !== 'FULL' || granted === 'all') return;
  if (!need.scopes.some((scope) => granted.has(scope))) {
    throw new ServiceError(`You do not have permission to call ${method}.${wanted}`);
  }
}
