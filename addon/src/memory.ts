import type { Memo } from '../../shared/cycle/effects.ts';
import type { Mapping } from '../../shared/mapping.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import { join, leftovers, split } from './pieces.ts';

/** Key-value store of the document. Every editor of the document can read it: no secret goes in. */
export interface PropertyStore {
  all(): Record<string, string>;
  set(entries: Record<string, string>): void;
  remove(keys: readonly string[]): void;
}

/** What the document remembers of a linked tab besides mapping and memo. */
export interface LinkRecord {
  id: string;
  /** The spreadsheet that was linked: another one's id here means that this one is a copy. */
  spreadsheet: string;
  sheet: number;
  schema: string;
  table: string;
}

/** The last run that nobody watched, so that the sidebar can say whether the triggers still run. */
export interface Heartbeat {
  /** ISO instant. */
  at: string;
  outcome: string;
  message: string | null;
}

/** How long this document's triggers ran in the 24 hours that began with `since`; both in milliseconds. */
export interface TriggerTime {
  since: number;
  spent: number;
}

/** Rows that somebody edited, or everything (`rows` null), left as a hint for whoever holds the lock. */
export interface EditMark {
  /** Tab id; null means every linked tab. */
  sheet: number | null;
  rows: { from: number; to: number } | null;
}

/** How a tab that was made from its table was dressed. */
export interface Dress {
  /** The rows of its first sync have no formats yet. */
  due: boolean;
  /** What its drop-downs were made from, as the hub told; see LinkRules. */
  choices: string;
  /** The rule that each column got, by column id: what is none of these is a person's. */
  rules: Record<string, string>;
}

const PREFIX = 'tandem.';
const MARK_PREFIX = `${PREFIX}edit.`;
const WITHDRAWN_PREFIX = `${PREFIX}withdrawn.`;
/** A request that was lost on its way comes no later than this. */
const WITHDRAWN_MS = 86_400_000;
const linkKey = (sheet: number): string => `${PREFIX}link.${sheet}`;
const mappingKey = (sheet: number): string => `${PREFIX}mapping.${sheet}`;
const memoKey = (sheet: number): string => `${PREFIX}memo.${sheet}`;
const dressKey = (sheet: number): string => `${PREFIX}dress.${sheet}`;
const SCHEDULE_KEY = `${PREFIX}schedule`;
const HEARTBEAT_KEY = `${PREFIX}heartbeat`;
const TRIGGER_TIME_KEY = `${PREFIX}time`;

/** How often the time-driven trigger really runs, who owns it, and its id. */
export interface Schedule {
  everyMinutes: number;
  trigger: string;
  owner: string | null;
}

/**
 * The document's memory over its property store, read once and then kept: a property read costs a service call and
 * quota. Link, mapping and memo are only written under the document lock.
 */
export class Memory {
  private properties: Record<string, string>;

  constructor(private readonly store: PropertyStore) {
    this.properties = store.all();
  }

  /** Looks again at what other runs have left. */
  refresh(): void {
    this.properties = this.store.all();
  }

  /** Links of this document, in no order; torn or copied ones included. */
  links(): LinkRecord[] {
    const records: LinkRecord[] = [];
    for (const key of Object.keys(this.properties)) {
      const match = /^tandem\.link\.(\d+)$/.exec(key);
      const record = match && this.json<LinkRecord>(key);
      if (record) records.push(record);
    }
    return records;
  }

  link(sheet: number): LinkRecord | null {
    return this.json<LinkRecord>(linkKey(sheet));
  }

  mapping(sheet: number): Mapping | null {
    return this.json<Mapping>(mappingKey(sheet));
  }

  /** A lost or torn memo reads as epoch 0: the hub answers with the real epoch, and the run scans again. */
  memo(sheet: number): Memo {
    return this.json<Memo>(memoKey(sheet)) ?? { epoch: 0, note: null };
  }

  rememberLink(link: LinkInfo): void {
    const { id, spreadsheet, sheet, schema, table } = link;
    this.write(linkKey(sheet), { id, spreadsheet, sheet, schema, table } satisfies LinkRecord);
    this.write(mappingKey(sheet), link.mapping);
  }

  rememberMapping(sheet: number, mapping: Mapping): void {
    this.write(mappingKey(sheet), mapping);
  }

  /** A note that the store has no room for is left out: what it would tell, the rows tell a message later (R11). */
  rememberMemo(sheet: number, memo: Memo): void {
    try {
      this.write(memoKey(sheet), memo);
    } catch (error) {
      if (memo.note === null) throw error;
      this.write(memoKey(sheet), { ...memo, note: null } satisfies Memo);
    }
  }

  forgetLink(sheet: number): void {
    const keys = [linkKey(sheet), mappingKey(sheet), memoKey(sheet), dressKey(sheet)];
    this.remove(keys.flatMap((key) => [key, ...leftovers(key, 0, this.properties)]));
  }

  /** Links that were asked for and are not to be, by id: a request may arrive after it was given up. */
  withdrawn(): Set<string> {
    return new Set(this.withdrawnKeys().map((key) => key.slice(WITHDRAWN_PREFIX.length)));
  }

  rememberWithdrawn(id: string, at: number): void {
    this.remove(this.withdrawnKeys().filter((key) => at - this.json<{ at: number }>(key)!.at > WITHDRAWN_MS));
    this.write(WITHDRAWN_PREFIX + id, { at });
  }

  private withdrawnKeys(): string[] {
    return Object.keys(this.properties).filter((key) => key.startsWith(WITHDRAWN_PREFIX) && this.json(key) !== null);
  }

  /** Null for a tab that was not made from its table: how that looks is its people's alone. */
  dress(sheet: number): Dress | null {
    return this.json<Dress>(dressKey(sheet));
  }

  rememberDress(sheet: number, dress: Dress): void {
    this.write(dressKey(sheet), dress);
  }

  schedule(): Schedule | null {
    return this.json<Schedule>(SCHEDULE_KEY);
  }

  rememberSchedule(schedule: Schedule | null): void {
    if (schedule) this.write(SCHEDULE_KEY, schedule);
    else this.remove([SCHEDULE_KEY]);
  }

  heartbeat(): Heartbeat | null {
    return this.json<Heartbeat>(HEARTBEAT_KEY);
  }

  rememberHeartbeat(heartbeat: Heartbeat): void {
    this.write(HEARTBEAT_KEY, heartbeat);
  }

  triggerTime(): TriggerTime | null {
    return this.json<TriggerTime>(TRIGGER_TIME_KEY);
  }

  rememberTriggerTime(time: TriggerTime): void {
    this.write(TRIGGER_TIME_KEY, time);
  }

  /** Leaves a hint under a key of its own, so that two people editing at once cannot overwrite each other's. */
  leaveMark(id: string, mark: EditMark): void {
    this.write(MARK_PREFIX + id, mark);
  }

  /** Takes all hints away and answers them. Looks at the store anew. */
  takeMarks(): EditMark[] {
    this.refresh();
    const keys = Object.keys(this.properties).filter((key) => key.startsWith(MARK_PREFIX));
    const marks = keys.map((key) => this.json<EditMark>(key)).filter((mark) => mark !== null);
    this.remove(keys);
    return marks;
  }

  hasMarks(): boolean {
    this.refresh();
    return Object.keys(this.properties).some((key) => key.startsWith(MARK_PREFIX));
  }

  private json<T>(key: string): T | null {
    const text = join(key, this.properties);
    return text === null ? null : (JSON.parse(text) as T);
  }

  private write(key: string, value: object): void {
    const entries = split(key, JSON.stringify(value));
    const stale = leftovers(key, Object.keys(entries).length, this.properties);
    const changed: Record<string, string> = {};
    for (const [name, text] of Object.entries(entries)) {
      if (this.properties[name] !== text) changed[name] = text;
    }
    if (Object.keys(changed).length > 0) this.store.set(changed);
    Object.assign(this.properties, changed);
    this.remove(stale);
  }

  private remove(keys: readonly string[]): void {
    const present = keys.filter((key) => this.properties[key] !== undefined);
    if (present.length === 0) return;
    this.store.remove(present);
    for (const key of present) delete this.properties[key];
  }
}
