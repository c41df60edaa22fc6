import type { Activity } from './page/messages.ts';

const MOST = 100;

/** The last hundred things that happened, newest first. */
export class ActivityLog {
  readonly #entries: Activity[] = [];
  #lastId = 0;
  onEntry: (entry: Activity) => void = () => {};

  constructor(readonly now: () => number) {}

  add(entry: Omit<Activity, 'id' | 'at'>): void {
    const full: Activity = { id: ++this.#lastId, at: new Date(this.now()).toISOString(), ...entry };
    this.#entries.unshift(full);
    this.#entries.length = Math.min(this.#entries.length, MOST);
    this.onEntry(full);
  }

  newest(): Activity[] {
    return [...this.#entries];
  }
}
