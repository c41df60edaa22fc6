/**
 * The time every part of the local Google goes by.
 *
 * `virtual`: stands still until somebody advances it, or until every running execution waits for it (a script that
 * sleeps ten seconds then takes none). `wall`: follows real time plus whatever it was advanced by.
 */
export type ClockMode = 'virtual' | 'wall';

interface Timer {
  time: number;
  order: number;
  fire: () => void;
  /** An execution waits for this timer, so the clock may jump to it. */
  blocking: boolean;
}

export class Clock {
  /** What workers read: [0] the virtual time, or in wall mode the milliseconds to add to real time; [1] 1 in wall mode. */
  readonly shared = new SharedArrayBuffer(16);
  readonly #cells = new BigInt64Array(this.shared);
  readonly #timers: Timer[] = [];
  #order = 0;
  #wallTimer: NodeJS.Timeout | undefined;
  /** Resolves when no execution makes progress any more: each has ended or waits for this clock. */
  settle: () => Promise<void> = () => Promise.resolve();

  constructor(
    readonly mode: ClockMode,
    startAt: number,
  ) {
    this.#cells[0] = BigInt(Math.floor(mode === 'wall' ? startAt - Date.now() : startAt));
    this.#cells[1] = mode === 'wall' ? 1n : 0n;
  }

  now(): number {
    return Number(this.#cells[0]) + (this.mode === 'wall' ? Date.now() : 0);
  }

  /** Calls `fire` when the clock reaches `time`; answers how to cancel. */
  at(time: number, fire: () => void, { blocking = false } = {}): () => void {
    const timer: Timer = { time, order: this.#order++, fire, blocking };
    const after = this.#timers.findIndex((other) => other.time > time);
    this.#timers.splice(after < 0 ? this.#timers.length : after, 0, timer);
    this.#armWall();
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
      this.#armWall();
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now() + ms, resolve, { blocking: true }));
  }

  /** Moves time on, firing what falls due in order, each only after what the one before started has settled. */
  async advance(ms: number): Promise<void> {
    const target = this.now() + ms;
    await this.settle();
    for (let timer = this.#timers[0]; timer && timer.time <= target; timer = this.#timers[0]) {
      this.#fire(timer);
      await this.settle();
    }
    this.#set(target);
    this.#armWall();
  }

  /** Jumps to the next timer that an execution waits for, firing all before it. False when none waits. */
  jump(): boolean {
    if (this.mode === 'wall' || !this.#timers.some((timer) => timer.blocking)) return false;
    this.#fire(this.#timers[0]!);
    return true;
  }

  stop(): void {
    this.#timers.length = 0;
    clearTimeout(this.#wallTimer);
  }

  #fire(timer: Timer): void {
    this.#timers.splice(this.#timers.indexOf(timer), 1);
    this.#set(timer.time);
    timer.fire();
  }

  #set(time: number): void {
    const stored = this.mode === 'wall' ? time - Date.now() : time;
    // Time never runs backwards, whatever a timer's due time was.
    if (this.mode === 'wall' ? time > this.now() : stored > Number(this.#cells[0])) {
      Atomics.store(this.#cells, 0, BigInt(Math.floor(stored)));
    }
  }

  #armWall(): void {
    if (this.mode !== 'wall') return;
    clearTimeout(this.#wallTimer);
    const next = this.#timers[0];
    if (!next) return;
    // setTimeout cannot wait longer than 2^31 ms; waking early only arms it again.
    const wait = Math.min(Math.max(0, next.time - this.now()), 2 ** 31 - 1);
    this.#wallTimer = setTimeout(() => {
      while (this.#timers[0] && this.#timers[0].time <= this.now()) this.#fire(this.#timers[0]);
      this.#armWall();
    }, wait);
    if (!next.blocking) this.#wallTimer.unref();
  }
}
