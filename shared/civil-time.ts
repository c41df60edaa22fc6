import { civilMs } from './civil-ms.ts';

/**
 * Civil time of a timezone, from a source that answers one instant at a time (Utilities.formatDate, a service call).
 *
 * Offsets are asked for every four days and kept: a span whose ends have the same offset has it throughout, so only
 * spans with a change of offset cost a question per distinct value. Reading 50,000 dates of one year costs some 90 calls. The
 * shortest time between two changes that cancel out was seven days in all zones since 1935 (Recife, October 2000).
 */

const DAY = 86_400_000;
const SPAN = 4 * DAY;

/** Offsets kept: a server runs for months. */
const MOST_KEPT = 100_000;

/** 1600-01-01: before it, services format in the Julian calendar, which says nothing about the offset. */
const GREGORIAN = Date.UTC(1600, 0, 1);

/** 1899-12-30, day 0 of Sheets: a value on it is a time of day. */
const DAY_ZERO = '1899-12-30';

/** Answers the civil time of an instant as `yyyy-MM-ddTHH:mm:ss.SSS`. */
export type FormatInstant = (instant: number) => string;

export class CivilTime {
  private readonly offsets = new Map<number, number>();

  constructor(private readonly format: FormatInstant) {}

  /** `2024-02-29`, `2024-02-29T13:05:00`, or `13:05:00` on day zero; milliseconds only where there are any. */
  fromInstant(instant: number): string {
    const text = new Date(instant + this.offsetAt(instant)).toISOString().replace(/^\+/, '').replace('Z', '');
    const [day, time] = text.split('T') as [string, string];
    const clock = time.replace(/\.000$/, '');
    if (day === DAY_ZERO) return clock;
    return clock === '00:00:00' ? day : `${day}T${clock}`;
  }

  /**
   * Instant of a civil time in any of the forms above. A time that a change of offset skips becomes the one an hour (or
   * whatever was skipped) later; of two equal times the earlier instant is meant.
   */
  toInstant(civil: string): number {
    const local = civilMs(civil);
    const early = local - this.offsetAt(local - DAY);
    if (early + this.offsetAt(early) === local) return early;
    const late = local - this.offsetAt(local + DAY);
    if (late + this.offsetAt(late) === local) return late;
    return early;
  }

  private offsetAt(instant: number): number {
    if (instant < GREGORIAN) return this.known(GREGORIAN);
    const start = Math.floor(instant / SPAN) * SPAN;
    const offset = this.known(start);
    return offset === this.known(start + SPAN) ? offset : this.known(instant);
  }

  /** The offset at exactly this instant, asked for once. */
  private known(instant: number): number {
    let offset = this.offsets.get(instant);
    if (offset === undefined) {
      if (this.offsets.size >= MOST_KEPT) this.offsets.clear();
      offset = this.ask(instant);
      this.offsets.set(instant, offset);
    }
    return offset;
  }

  private ask(instant: number): number {
    // Not Date.parse: years of five digits, such as a 20240229 that a date format shows, would need a sign.
    return civilMs(this.format(instant).replace(/^\+/, '')) - instant;
  }
}
