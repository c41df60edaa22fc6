import { FixedOffsetZone, IANAZone, type Zone } from 'luxon';
import { ServiceError } from './service-error.ts';

/** Between serials (days since 1899-12-30, wall clock of the spreadsheet's zone) and instants. */
const DAY_MS = 86_400_000;
const EPOCH_MS = Date.UTC(1899, 11, 30);

const zones = new Map<string, Zone>();

/** By name, or fixed: "a custom time zone such as GMT-07:00" (REST reference, SpreadsheetProperties). */
function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    const fixed = FixedOffsetZone.parseSpecifier(name.replace(/^GMT/, 'UTC')) as FixedOffsetZone | null;
    zone = fixed ?? IANAZone.create(name);
    if (!zone.isValid) throw new ServiceError(`Invalid argument: timeZone "${name}"`);
    zones.set(name, zone);
  }
  return zone;
}

/** Milliseconds the zone is ahead of UTC at an instant. */
export function offsetAt(instant: number, zone: string): number {
  return zoneOf(zone).offset(instant) * 60_000;
}

/** The instant at which the zone's clocks show the serial; in a gap the later reading, in a fold the earlier instant. */
export function instantOf(serial: number, zone: string): number {
  const local = EPOCH_MS + Math.round(serial * DAY_MS);
  const before = offsetAt(local - DAY_MS, zone);
  const after = offsetAt(local + DAY_MS, zone);
  const first = local - before;
  if (before === after || offsetAt(first, zone) === before) return first;
  const second = local - after;
  return offsetAt(second, zone) === after ? second : first;
}

export function serialOfInstant(instant: number, zone: string): number {
  return (instant + offsetAt(instant, zone) - EPOCH_MS) / DAY_MS;
}
