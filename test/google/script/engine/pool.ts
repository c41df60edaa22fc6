import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { ExecutionKilled, ScriptError } from '../service-error.ts';
import { buildBundles } from './bundles.ts';
import type { CallMessage, EndMessage, ReplyMessage, StartMessage } from './messages.ts';

/** Idle workers kept for the next execution, of whatever local Google in this process; more are let go. */
const KEEP_IDLE = 2;
const idle: Slot[] = [];

/** Answers a service call: JSON text, or undefined for nothing. Errors become the script's. */
export type CallHandler = (method: string, args: string) => Promise<string | undefined>;

/** Worker threads that run executions, one each, reused because starting one costs some 50 ms. */
export class WorkerPool {
  readonly #busy = new Set<Slot>();

  /** Runs one execution to its end; `kill` ends it at once, wherever it is. */
  run(start: StartMessage, handle: CallHandler): { done: Promise<string | undefined>; kill: (why?: Error) => void } {
    const slot = idle.pop() ?? new Slot();
    this.#busy.add(slot);
    let killed: Error | undefined;
    const done = slot.run(start, handle).then(
      (value) => {
        this.#release(slot);
        return value;
      },
      (error: unknown) => {
        if (killed) throw killed;
        this.#release(slot);
        throw error;
      },
    );
    const kill = (why: Error = new ExecutionKilled()): void => {
      killed ??= why;
      this.#busy.delete(slot);
      void slot.terminate(killed);
    };
    return { done, kill };
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    const slots = [...this.#busy];
    this.#busy.clear();
    await Promise.all(slots.map((slot) => slot.terminate(new ExecutionKilled())));
  }

  #release(slot: Slot): void {
    if (!this.#busy.delete(slot) || slot.dead) return;
    if (idle.length < KEEP_IDLE) idle.push(slot);
    else void slot.terminate(new ExecutionKilled());
  }
}

interface Settle {
  resolve: (value: string | undefined) => void;
  reject: (error: Error) => void;
}

class Slot {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #flag: Int32Array;
  #handle: CallHandler | undefined;
  /** The thread is gone: out of memory, or it broke. */
  dead = false;
  #settle: Settle | undefined;

  constructor() {
    const { worker, face } = buildBundles();
    const { port1, port2 } = new MessageChannel();
    const signal = new SharedArrayBuffer(4);
    this.#flag = new Int32Array(signal);
    this.#port = port1;
    this.#worker = new Worker(worker, {
      eval: true,
      workerData: { face, signal, rpc: port2 },
      transferList: [port2],
      // Scripts start from what Google gives them, not from the flags of the process around them.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    this.#worker.on('message', (end: EndMessage) => this.#end(end));
    this.#worker.on('error', (error) => {
      this.dead = true;
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
    port1.on('message', (message: CallMessage) => void this.#answer(message));
    // An idle worker must not keep the process alive; a busy one does.
    port1.unref();
    this.#worker.unref();
  }

  run(start: StartMessage, handle: CallHandler): Promise<string | undefined> {
    this.#handle = handle;
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#worker.postMessage(start);
    });
  }

  async terminate(why: Error): Promise<void> {
    this.#fail(why);
    this.#port.close();
    await this.#worker.terminate();
  }

  async #answer({ method, args }: CallMessage): Promise<void> {
    let reply: ReplyMessage;
    try {
      reply = { ok: true, json: await this.#handle!(method, args) };
    } catch (error) {
      const { name, message, stack } = error as Error;
      reply = { ok: false, error: { name, message, stack: stack ?? '' } };
    }
    this.#port.postMessage(reply);
    Atomics.store(this.#flag, 0, 1);
    Atomics.notify(this.#flag, 0);
  }

  #end(end: EndMessage): void {
    if ('error' in end) this.#fail(new ScriptError(end.error.message, end.error.name, end.error.stack));
    else this.#finish()?.resolve(end.value);
  }

  #fail(error: Error): void {
    this.#finish()?.reject(error);
  }

  #finish(): Settle | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#handle = undefined;
    this.#worker.unref();
    return settle;
  }
}
