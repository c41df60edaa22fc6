import type { Execution } from './execution.ts';

interface Waiter {
  execution: Execution;
  grant: () => void;
}

/** One lock of LockService. Executions exclude each other; within one execution taking it again changes nothing. */
export class ScriptLock {
  #holder: Execution | null = null;
  readonly #queue: Waiter[] = [];

  heldBy(execution: Execution): boolean {
    return this.#holder === execution;
  }

  get holder(): Execution | null {
    return this.#holder;
  }

  /** Resolves true once held, false when `timeout` milliseconds of the clock went by. First come, first served. */
  acquire(execution: Execution, timeout: number): Promise<boolean> {
    if (this.#holder === null || this.#holder === execution) {
      this.#take(execution);
      return Promise.resolve(true);
    }
    if (timeout <= 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (held: boolean): void => {
        cancel();
        const index = this.#queue.indexOf(waiter);
        if (index >= 0) this.#queue.splice(index, 1);
        execution.unblocked();
        resolve(held);
      };
      const waiter: Waiter = {
        execution,
        grant: () => {
          this.#take(execution);
          finish(true);
        },
      };
      const { clock } = execution.runtime;
      const cancel = clock.at(clock.now() + timeout, () => finish(false), { blocking: true });
      this.#queue.push(waiter);
      execution.blocked();
    });
  }

  release(execution: Execution): void {
    if (this.#holder !== execution) return;
    this.#holder = null;
    execution.locks.delete(this);
    let next = this.#queue.shift();
    // A waiter whose execution was killed meanwhile must not take the lock with it.
    while (next?.execution.ended) next = this.#queue.shift();
    next?.grant();
  }

  #take(execution: Execution): void {
    this.#holder = execution;
    execution.locks.add(this);
  }
}
