/** Says what is being done and, on the same line once it is done, how long it took. */
export class Progress {
  #started = performance.now();
  #open = false;

  constructor(readonly out: NodeJS.WritableStream) {}

  readonly begin = (text: string): void => {
    this.end();
    this.#started = performance.now();
    this.#open = true;
    this.out.write(`${text}…`);
  };

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.out.write(` ${((performance.now() - this.#started) / 1000).toFixed(1)} s\n`);
  }

  say(text: string): void {
    this.end();
    this.out.write(`${text}\n`);
  }
}
