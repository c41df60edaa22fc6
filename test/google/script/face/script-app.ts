import type { Schedule } from '../schedule.ts';
import type { TriggerRequest, TriggerView } from '../services/script-app.ts';
import { AuthMode, makeEnum, Weekday } from './enums.ts';
import { call, exception } from './rpc.ts';

import Script = GoogleAppsScript.Script;

const EventType = makeEnum<typeof Script.EventType>(
  'CLOCK',
  'ON_OPEN',
  'ON_EDIT',
  'ON_FORM_SUBMIT',
  'ON_CHANGE',
  'ON_EVENT_UPDATED',
);
const TriggerSource = makeEnum<typeof Script.TriggerSource>('SPREADSHEETS', 'CLOCK', 'FORMS', 'DOCUMENTS', 'CALENDAR');
const AuthorizationStatus = makeEnum<typeof Script.AuthorizationStatus>('REQUIRED', 'NOT_REQUIRED');
const InstallationSource = makeEnum<typeof Script.InstallationSource>(
  'APPS_MARKETPLACE_DOMAIN_ADD_ON',
  'NONE',
  'WEB_STORE_ADD_ON',
);

class TriggerFace implements Script.Trigger {
  readonly #view: TriggerView;

  constructor(view: TriggerView) {
    this.#view = view;
  }

  getUniqueId(): string {
    return this.#view.uid;
  }

  getHandlerFunction(): string {
    return this.#view.handler;
  }

  getEventType(): Script.EventType {
    return EventType[this.#view.event];
  }

  getTriggerSource(): Script.TriggerSource {
    return this.#view.event === 'CLOCK' ? TriggerSource.CLOCK : TriggerSource.SPREADSHEETS;
  }

  /** Null for time-driven triggers, whatever the declared type says. */
  getTriggerSourceId(): string {
    return this.#view.sourceId || (null as unknown as string);
  }
}

const create = (request: TriggerRequest): TriggerFace => new TriggerFace(call('ScriptApp.createTrigger', request));

class SpreadsheetTriggerBuilderFace implements Script.SpreadsheetTriggerBuilder {
  readonly #handler: string;
  readonly #source: string;
  #event: TriggerRequest['event'] | null = null;

  constructor(handler: string, source: string) {
    this.#handler = handler;
    this.#source = source;
  }

  #on(event: TriggerRequest['event']): this {
    this.#event = event;
    return this;
  }

  onEdit(): this {
    return this.#on('ON_EDIT');
  }

  onChange(): this {
    return this.#on('ON_CHANGE');
  }

  onOpen(): this {
    return this.#on('ON_OPEN');
  }

  onFormSubmit(): this {
    return this.#on('ON_FORM_SUBMIT');
  }

  create(): TriggerFace {
    if (!this.#event) throw exception('The trigger has no event type.');
    return create({ handler: this.#handler, event: this.#event, sourceId: this.#source, schedule: null });
  }
}

class ClockTriggerBuilderFace implements Script.ClockTriggerBuilder {
  readonly #handler: string;
  #schedule: Schedule | null = null;
  #hour: number | null = null;
  #minute = 0;
  #weekday: number | null = null;
  #zone: string | null = null;

  constructor(handler: string) {
    this.#handler = handler;
  }

  #every(schedule: Schedule): this {
    if (this.#schedule) throw exception('The trigger has more than one recurrence or time.');
    this.#schedule = schedule;
    return this;
  }

  everyMinutes(n: number): this {
    return this.#every({ every: 'minutes', n });
  }

  everyHours(n: number): this {
    return this.#every({ every: 'hours', n });
  }

  everyDays(n: number): this {
    return this.#every({ every: 'days', n, hour: 0, minute: 0 });
  }

  everyWeeks(n: number): this {
    return this.#every({ every: 'weeks', n, hour: 0, minute: 0 });
  }

  onMonthDay(day: number): this {
    return this.#every({ every: 'month', day, hour: 0, minute: 0 });
  }

  onWeekDay(day: GoogleAppsScript.Base.Weekday): this {
    const index = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'].indexOf(String(day));
    this.#weekday = index + 1;
    return this.#schedule ? this : this.#every({ every: 'weeks', n: 1, hour: 0, minute: 0 });
  }

  atHour(hour: number): this {
    this.#hour = hour;
    return this;
  }

  nearMinute(minute: number): this {
    this.#minute = minute;
    return this;
  }

  after(ms: number): this {
    return this.#every({ every: 'once', after: ms });
  }

  at(date: GoogleAppsScript.Base.Date): this {
    return this.#every({ every: 'once', at: date.getTime() });
  }

  atDate(year: number, month: number, day: number): this {
    return this.#every({ every: 'once', at: new Date(year, month - 1, day).getTime() });
  }

  inTimezone(zone: string): this {
    this.#zone = zone;
    return this;
  }

  create(): TriggerFace {
    let schedule = this.#schedule;
    if (!schedule) throw exception('The trigger has no recurrence or time.');
    if (schedule.every === 'days' || schedule.every === 'weeks' || schedule.every === 'month') {
      schedule = {
        ...schedule,
        hour: this.#hour ?? 0,
        minute: this.#minute,
        ...(this.#zone ? { zone: this.#zone } : {}),
        ...(this.#weekday === null ? {} : { weekday: this.#weekday }),
      } as Schedule;
    }
    return create({ handler: this.#handler, event: 'CLOCK', sourceId: null, schedule });
  }
}

class TriggerBuilderFace implements Script.TriggerBuilder {
  readonly #handler: string;

  constructor(handler: string) {
    this.#handler = handler;
  }

  forSpreadsheet(sheet: string | GoogleAppsScript.Spreadsheet.Spreadsheet): SpreadsheetTriggerBuilderFace {
    return new SpreadsheetTriggerBuilderFace(this.#handler, typeof sheet === 'string' ? sheet : sheet.getId());
  }

  timeBased(): ClockTriggerBuilderFace {
    return new ClockTriggerBuilderFace(this.#handler);
  }

  forDocument(): never {
    throw exception('Triggers of Docs are not provided by the local Google.');
  }

  forForm(): never {
    throw exception('Triggers of Forms are not provided by the local Google.');
  }

  forUserCalendar(): never {
    throw exception('Triggers of Calendar are not provided by the local Google.');
  }
}

export class ScriptAppFace implements Omit<Script.ScriptApp, 'newStateToken' | 'getProjectKey' | 'getScriptTriggers'> {
  readonly AuthMode = AuthMode;
  readonly AuthorizationStatus = AuthorizationStatus;
  readonly EventType = EventType;
  readonly InstallationSource = InstallationSource;
  readonly TriggerSource = TriggerSource;
  readonly WeekDay = Weekday;

  newTrigger(handler: string): TriggerBuilderFace {
    return new TriggerBuilderFace(handler);
  }

  getProjectTriggers(): TriggerFace[] {
    return call('ScriptApp.getProjectTriggers').map((view) => new TriggerFace(view));
  }

  getUserTriggers(document: { getId(): string }): TriggerFace[] {
    return call('ScriptApp.getUserTriggers', document.getId()).map((view) => new TriggerFace(view));
  }

  deleteTrigger(trigger: Script.Trigger): void {
    call('ScriptApp.deleteTrigger', trigger.getUniqueId());
  }

  /** Null without the openid scope, whatever the declared type says. */
  getIdentityToken(): string {
    return call('ScriptApp.getIdentityToken') as string;
  }

  getOAuthToken(): string {
    return call('ScriptApp.getOAuthToken');
  }

  getScriptId(): string {
    return call('ScriptApp.getScriptId');
  }

  getAuthorizationInfo(mode: Script.AuthMode, scopes?: string[]): Script.AuthorizationInfo {
    const status = call('ScriptApp.getAuthorizationInfo', String(mode), scopes ?? null);
    return {
      getAuthorizationStatus: () => AuthorizationStatus[status],
      /** Null when nothing is left to authorise, whatever the declared type says. */
      getAuthorizationUrl: () =>
        (status === 'REQUIRED' ? 'https://script.google.com/macros/authorize' : null) as unknown as string,
    };
  }

  requireScopes(mode: Script.AuthMode, scopes: string[]): void {
    call('ScriptApp.requireScopes', String(mode), scopes);
  }

  requireAllScopes(mode: Script.AuthMode): void {
    call('ScriptApp.requireScopes', String(mode), null);
  }

  invalidateAuth(): void {
    call('ScriptApp.invalidateAuth');
  }

  getInstallationSource(): Script.InstallationSource {
    return InstallationSource.NONE;
  }

  getService(): Script.Service {
    return { getUrl: () => null as unknown as string, isEnabled: () => false } as Script.Service;
  }
}
