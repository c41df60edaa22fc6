/**
 * The script's Date: `now` is the local Google's clock, and local time is that of the script's zone (manifest), whatever
 * the zone of the machine. The constructor is replaced; the prototype stays the realm's own.
 */
export function installDate(realm: typeof globalThis, now: () => number, zone: string): void {
  const Real = realm.Date;
  const offset = offsets(zone);
  /** Milliseconds since 1970 of a wall clock, given as if it were UTC. */
  const toInstant = (wall: number): number => {
    const before = offset(wall - 86_400_000);
    const after = offset(wall + 86_400_000);
    const first = wall - before;
    if (before === after || offset(first) === before) return first;
    const second = wall - after;
    return offset(second) === after ? second : first;
  };
  const utc = Real.UTC;
  const real = Real.prototype;
  /** Readers of the machine's local time, before they are replaced. */
  const machine = [
    real.getFullYear,
    real.getMonth,
    real.getDate,
    real.getHours,
    real.getMinutes,
    real.getSeconds,
    real.getMilliseconds,
  ];
  const parse = (text: string): number => {
    const instant = Real.parse(text);
    // Text without a zone was read in the machine's; read it in the script's instead. Bare ISO dates are UTC.
    const zoned =
      /(Z|UTC|GMT|[+-]\d{2}:?\d{2}|\([^)]*\))\s*$/i.test(text) || /^\s*\d{4}(-\d{2}(-\d{2})?)?\s*$/.test(text);
    if (zoned || Number.isNaN(instant)) return instant;
    const d = new Real(instant);
    const local = machine.map((get) => get.call(d)) as [number, number, number, number, number, number, number];
    return toInstant(utc(...local));
  };

  type Parts = [number, number, number?, number?, number?, number?, number?];
  function construct(args: unknown[]): number {
    if (args.length === 0) return now();
    if (args.length > 1) return toInstant(utc(...(args as Parts)));
    const [value] = args;
    if (value instanceof Real) return value.getTime();
    const primitive = typeof value === 'object' && value !== null ? value.valueOf() : value;
    return typeof primitive === 'string' ? parse(primitive) : Number(primitive);
  }

  const own = {
    getTime: real.getTime,
    setTime: real.setTime,
    toISOString: real.toISOString,
    toLocaleString: real.toLocaleString,
    toLocaleDateString: real.toLocaleDateString,
    toLocaleTimeString: real.toLocaleTimeString,
  };
  const wall = (date: Date): Date => {
    const time = own.getTime.call(date);
    return new Real(time + offset(time));
  };

  const methods: Record<string, (this: Date, ...args: never[]) => unknown> = {};
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'] as const) {
    const get = real[`getUTC${part}`];
    methods[`get${part}`] = function () {
      return get.call(wall(this));
    };
    if (part === 'Day') continue;
    const set = real[`setUTC${part}`] as (this: Date, ...args: number[]) => number;
    methods[`set${part}`] = function (...args: number[]) {
      const moved = wall(this);
      set.apply(moved, args);
      return own.setTime.call(this, toInstant(own.getTime.call(moved)));
    };
  }
  methods['getYear'] = function () {
    return wall(this).getUTCFullYear() - 1900;
  };
  methods['getTimezoneOffset'] = function () {
    const time = own.getTime.call(this);
    return Number.isNaN(time) ? NaN : -offset(time) / 60_000;
  };
  const names = (this_: Date) => {
    const [day, date, month, year] = wall(this_).toUTCString().replace(',', '').split(' ') as [
      string,
      string,
      string,
      string,
    ];
    return { day: `${day} ${month} ${date} ${year}`, time: clockText(this_) };
  };
  const clockText = (date: Date): string => {
    const minutes = offset(own.getTime.call(date)) / 60_000;
    const absolute = Math.abs(Math.trunc(minutes));
    const pad = (n: number): string => String(n).padStart(2, '0');
    const sign = minutes < 0 ? '-' : '+';
    const name = new realm.Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'long' })
      .formatToParts(own.getTime.call(date))
      .find((part) => part.type === 'timeZoneName')!.value;
    const hms = own.toISOString.call(wall(date)).slice(11, 19);
    return `${hms} GMT${sign}${pad(Math.trunc(absolute / 60))}${pad(absolute % 60)} (${name})`;
  };
  const valid = (date: Date, text: () => string): string =>
    Number.isNaN(own.getTime.call(date)) ? 'Invalid Date' : text();
  methods['toString'] = function () {
    return valid(this, () => `${names(this).day} ${names(this).time}`);
  };
  methods['toDateString'] = function () {
    return valid(this, () => names(this).day);
  };
  methods['toTimeString'] = function () {
    return valid(this, () => names(this).time);
  };
  for (const method of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'] as const) {
    methods[method] = function (locale?: string, options?: Intl.DateTimeFormatOptions) {
      return own[method].call(this, locale ?? 'en-US', { timeZone: zone, ...options });
    };
  }
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(real, name, { value, configurable: true, writable: true });
  }

  function ScriptDate(...args: unknown[]): unknown {
    if (!new.target) return methods['toString']!.call(new Real(now()));
    return Reflect.construct(Real, [construct(args)], new.target);
  }
  Object.defineProperty(ScriptDate, 'name', { value: 'Date' });
  Object.defineProperty(ScriptDate, 'length', { value: 7 });
  Object.defineProperties(ScriptDate, {
    prototype: { value: real, writable: false },
    now: { value: now, configurable: true, writable: true },
    parse: { value: parse, configurable: true, writable: true },
    UTC: { value: utc, configurable: true, writable: true },
  });
  Object.defineProperty(real, 'constructor', { value: ScriptDate, configurable: true, writable: true });
  Object.defineProperty(realm, 'Date', { value: ScriptDate, configurable: true, writable: true });

  /** Milliseconds a zone is ahead of UTC, remembered by quarter of an hour, which no change of clocks straddles. */
  function offsets(name: string): (instant: number) => number {
    const format = new realm.Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const known = new Map<number, number>();
    return (instant) => {
      if (Number.isNaN(instant) || Math.abs(instant) > 8.64e15) return 0;
      const slot = Math.floor(instant / 900_000);
      let found = known.get(slot);
      if (found === undefined) {
        const parts: Record<string, string> = {};
        const at = slot * 900_000;
        for (const { type, value } of format.formatToParts(at)) parts[type] = value;
        const n = (part: string): number => Number(parts[part]);
        const year = parts['era'] === 'BC' || parts['era'] === 'B' ? 1 - n('year') : n('year');
        const shown = new Real(0);
        shown.setUTCFullYear(year, n('month') - 1, n('day'));
        shown.setUTCHours(n('hour'), n('minute'), n('second'));
        found = shown.getTime() - at;
        known.set(slot, found);
      }
      return found;
    };
  }
}
