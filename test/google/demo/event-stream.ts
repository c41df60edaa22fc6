import type { DemoEvents } from './page/messages.ts';

type Listener = (frame: string) => void;

/** Sends what happens to every page that listens, as server-sent events. Frames of one name coalesce within a turn. */
export class EventStream {
  readonly #listeners = new Set<Listener>();
  readonly #waiting = new Map<keyof DemoEvents, string>();
  #scheduled = false;

  send<Name extends keyof DemoEvents>(name: Name, event: DemoEvents[Name]): void {
    const frame = `event: ${name}\ndata: ${JSON.stringify(event)}\n\n`;
    // Every line of the log counts; of the others only the latest state does.
    if (name === 'activity') return this.#write(frame);
    this.#waiting.set(name, frame);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      const frames = [...this.#waiting.values()].join('');
      this.#waiting.clear();
      this.#write(frames);
    }, 30);
  }

  get listening(): number {
    return this.#listeners.size;
  }

  /** The stream as a response; `first` opens it. */
  response(first: string, signal: AbortSignal): Response {
    const encoder = new TextEncoder();
    let stop = () => {};
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const listener: Listener = (frame) => {
          try {
            controller.enqueue(encoder.encode(frame));
          } catch {
            stop();
          }
        };
        stop = () => this.#listeners.delete(listener);
        this.#listeners.add(listener);
        signal.addEventListener('abort', stop);
        listener(`retry: 1000\n\n${first}`);
      },
      cancel: () => stop(),
    });
    return new Response(body, {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    });
  }

  #write(frame: string): void {
    for (const listener of this.#listeners) listener(frame);
  }
}

export function frame<Name extends keyof DemoEvents>(name: Name, event: DemoEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(event)}\n\n`;
}
