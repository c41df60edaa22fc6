import vm from 'node:vm';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { CallMessage, EndMessage, ReplyMessage, ScriptFile, StartMessage, WorkerData } from './messages.ts';

/**
 * Runs executions of Apps Script, one at a time, each in a fresh context. A context holds ECMAScript alone, which is
 * what Apps Script's V8 has; the face adds Google's services from inside, so that every object a script meets belongs
 * to its own realm. A service call posts a message and blocks until the main thread has answered.
 */

const { face, signal, rpc } = workerData as WorkerData & { rpc: MessagePort };
const flag = new Int32Array(signal);
const faceScript = new vm.Script(face, { filename: 'google' });
const compiled = new Map<string, vm.Script>();

/** What the face gives the worker. Strings alone cross, both ways. */
interface Face {
  install(
    call: (method: string, args: string) => string | undefined,
    now: () => number,
    timeZone: string,
  ): (entry: string) => string | undefined | Promise<string | undefined>;
}

function call(method: string, args: string): string | undefined {
  Atomics.store(flag, 0, 0);
  rpc.postMessage({ method, args } satisfies CallMessage);
  // In a loop: the notification of the reply before may come only now, and wakes for nothing.
  while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0);
  const reply = receiveMessageOnPort(rpc)!.message as ReplyMessage;
  // The face turns the text into an Error of the script's realm.
  if (!reply.ok) throw JSON.stringify(reply.error);
  return reply.json;
}

function read(time: BigInt64Array): number {
  return Number(Atomics.load(time, 0)) + (Atomics.load(time, 1) === 1n ? Date.now() : 0);
}

function compile(file: ScriptFile): vm.Script {
  let script = compiled.get(file.key);
  if (!script) {
    script = new vm.Script(file.source, { filename: file.name });
    compiled.set(file.key, script);
  }
  return script;
}

async function run(start: StartMessage): Promise<EndMessage> {
  try {
    const time = new BigInt64Array(start.clock);
    const context = vm.createContext({}, { name: 'Apps Script' });
    const enter = (faceScript.runInContext(context) as Face).install(call, () => read(time), start.timeZone);
    for (const file of start.files) {
      const script = compile(file);
      try {
        script.runInContext(context);
      } catch (error) {
        // A file that throws has declared its functions all the same; the error belongs to the run of one of them.
        if (start.entry.kind !== 'list') throw error;
      }
    }
    return { value: await enter(JSON.stringify(start.entry)) };
  } catch (error) {
    const thrown = error as { name?: unknown; message?: unknown; stack?: unknown } | null;
    const isError = typeof thrown === 'object' && thrown !== null && 'message' in thrown;
    return {
      error: {
        name: isError ? String(thrown.name) : 'Error',
        message: isError ? String(thrown.message) : String(error),
        stack: isError ? String(thrown.stack) : '',
      },
    };
  }
}

parentPort!.on('message', (start: StartMessage) => {
  void run(start).then((end) => parentPort!.postMessage(end));
});
