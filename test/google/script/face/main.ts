import type { EntrySpec, EventSpec } from '../engine/messages.ts';
import { cardService } from './card-service.ts';
import { installDate } from './date.ts';
import { AuthMode } from './enums.ts';
import { HtmlServiceFace } from './html-service.ts';
import { refuseLeftOut } from './left-out.ts';
import { ConsoleFace, LoggerFace } from './logger.ts';
import { make } from './make.ts';
import { PivotGroupFace, PivotTableFace, PivotValueFace } from './pivot-table.ts';
import { RangeListFace } from './range-list.ts';
import { RangeFace } from './range.ts';
import { connect } from './rpc.ts';
import { ScriptAppFace } from './script-app.ts';
import { SessionFace } from './session.ts';
import { SheetFace } from './sheet.ts';
import { SpreadsheetAppFace } from './spreadsheet-app.ts';
import { SpreadsheetFace } from './spreadsheet.ts';
import { CacheServiceFace, LockServiceFace, PropertiesServiceFace } from './stores.ts';
import { BrowserFace } from './ui.ts';
import { UrlFetchAppFace } from './url-fetch-app.ts';
import { UtilitiesFace } from './utilities.ts';
import { DataValidationBuilderFace } from './validation.ts';

const classes = {
  Range: RangeFace,
  Sheet: SheetFace,
  Spreadsheet: SpreadsheetFace,
  SpreadsheetApp: SpreadsheetAppFace,
  RangeList: RangeListFace,
  ScriptApp: ScriptAppFace,
  Utilities: UtilitiesFace,
  DataValidationBuilder: DataValidationBuilderFace,
  PivotTable: PivotTableFace,
  PivotGroup: PivotGroupFace,
  PivotValue: PivotValueFace,
};
for (const [name, { prototype }] of Object.entries(classes)) refuseLeftOut(name, prototype);

/**
 * Runs inside the script's realm, before the script: gives the global scope Google's services and takes away what
 * Apps Script's V8 lacks. Answers how to enter the script. Strings alone cross to the worker.
 */
export function install(
  host: (method: string, args: string) => string | undefined,
  now: () => number,
  timeZone: string,
): (entry: string) => string | undefined | Promise<string | undefined> {
  const realm = globalThis as typeof globalThis & Record<string, unknown>;
  const own = new Set(Object.getOwnPropertyNames(realm));
  connect(host);
  make.range = (ref) => new RangeFace(ref);
  make.sheet = (ref) => new SheetFace(ref);
  make.spreadsheet = (id) => new SpreadsheetFace(id);
  installDate(realm, () => now(), timeZone);
  const globals: Record<string, unknown> = {
    SpreadsheetApp: new SpreadsheetAppFace(),
    UrlFetchApp: new UrlFetchAppFace(),
    PropertiesService: new PropertiesServiceFace(),
    CacheService: new CacheServiceFace(),
    LockService: new LockServiceFace(),
    ScriptApp: new ScriptAppFace(),
    Session: new SessionFace(),
    Utilities: new UtilitiesFace(),
    HtmlService: new HtmlServiceFace(),
    CardService: cardService,
    Logger: new LoggerFace(),
    console: new ConsoleFace(),
    Browser: new BrowserFace(),
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(realm, name, { value, configurable: true, writable: true, enumerable: false });
    own.add(name);
  }
  for (const name of ['SharedArrayBuffer', 'Atomics']) delete realm[name];

  return (json) => {
    const entry = JSON.parse(json) as EntrySpec;
    if (entry.kind === 'list') {
      const names = Object.getOwnPropertyNames(realm).filter(
        (name) => !own.has(name) && typeof realm[name] === 'function',
      );
      return JSON.stringify(names);
    }
    const fn = realm[entry.fn];
    if (typeof fn !== 'function') throw new Error(`Script function not found: ${entry.fn}`);
    const args = entry.kind === 'call' ? (JSON.parse(entry.args) as unknown[]) : [eventOf(entry.event)];
    const result: unknown = (fn as (...all: unknown[]) => unknown).apply(realm, args);
    const finish = (value: unknown): string | undefined =>
      entry.kind === 'call' && entry.from === 'client' ? clientResult(value, entry.fn) : undefined;
    // An async function's promise settles by the time the run is over: nothing can keep it waiting here.
    return result instanceof Promise ? result.then(finish) : finish(result);
  };
}

/** The event object, in this realm; ranges and the spreadsheet as Apps Script objects. */
function eventOf({ authMode, fields, range, source, user }: EventSpec): Record<string, unknown> {
  const event: Record<string, unknown> = { ...fields, authMode: AuthMode[authMode] };
  if (typeof source === 'string') {
    event['source'] = new SpreadsheetFace(source);
    if (range) event['range'] = new RangeFace({ doc: source, ...range });
  }
  if (user) event['user'] = { getEmail: () => user.email, email: user.email, nickname: user.email.split('@')[0] };
  return event;
}

/**
 * What `google.script.run` hands to its success handler: primitives, arrays and plain objects. A Date, a function or an
 * Apps Script object anywhere makes the call fail (stricter than any report: FIDELITY.md); undefined members vanish.
 */
function clientResult(value: unknown, fn: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const legal = (item: unknown): boolean => {
    if (item === null || item === undefined) return true;
    if (typeof item === 'function' || typeof item === 'symbol' || typeof item === 'bigint') return false;
    if (typeof item !== 'object') return true;
    if (Array.isArray(item)) return item.every(legal);
    const prototype: unknown = Object.getPrototypeOf(item);
    return (prototype === Object.prototype || prototype === null) && Object.values(item).every(legal);
  };
  if (!legal(value)) {
    throw new TypeError(
      `The result of ${fn} cannot be passed to the client: it holds a Date, a function or a Google object.`,
    );
  }
  return JSON.stringify(value);
}
