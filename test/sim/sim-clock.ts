import type { Clock } from '../../api/context.ts';

const START = Date.UTC(2026, 0, 5, 9);

/** Virtual time of a schedule, of hub and hosts alike. It moves only when told. */
export class SimClock implements Clock {
  private time = START;

  now(): Date {
    return new Date(this.time);
  }

  get ms(): number {
    return this.time;
  }

  advance(ms: number): void {
    this.time += ms;
  }

  reset(): void {
    this.time = START;
  }
}
