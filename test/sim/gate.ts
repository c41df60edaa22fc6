/**
 * Lets a scheduler play with a program that runs by itself: the program waits at each place where something else may
 * happen first, and goes on to the next such place when it is let.
 */
export class Gate {
  private open: (() => void) | null = null;
  private arrived: (() => void) | null = null;
  /** Where the program waits; null once it has ended. */
  at: string | null = null;
  private ended = false;

  /** Called by the program. */
  async pass(what: string): Promise<void> {
    this.at = what;
    await new Promise<void>((resolve) => {
      this.open = resolve;
      this.arrived?.();
    });
  }

  /** Called by the program when it is done. */
  end(): void {
    this.ended = true;
    this.at = null;
    this.arrived?.();
  }

  /** Lets the program go on until it waits again or has ended; answers whether there is more of it. */
  async next(): Promise<boolean> {
    if (this.ended) return false;
    const arrival = new Promise<void>((resolve) => (this.arrived = resolve));
    const { open } = this;
    this.open = null;
    open?.();
    await arrival;
    this.arrived = null;
    return !this.ended;
  }
}
