import type { WireError } from '../engine/messages.ts';
import type { Services } from '../services/index.ts';

type Arguments<Name extends keyof Services> = Services[Name] extends (...all: infer All) => unknown
  ? All extends [unknown, ...infer Rest]
    ? Rest
    : []
  : never;
type Result<Name extends keyof Services> = Awaited<ReturnType<Services[Name]>>;

let host: (method: string, args: string) => string | undefined;

export function connect(call: typeof host): void {
  host = call;
}

/** Calls the main thread and blocks until it has answered. Results are parsed here, so they belong to the script's realm. */
export function call<Name extends keyof Services>(method: Name, ...args: Arguments<Name>): Result<Name> {
  let json: string | undefined;
  try {
    json = host(method, JSON.stringify(args));
  } catch (thrown) {
    throw errorOf(JSON.parse(String(thrown)) as WireError);
  }
  return (json === undefined ? undefined : JSON.parse(json)) as Result<Name>;
}

/** An Error of this realm whose name is what Google's are: `Exception`. */
function errorOf({ name, message }: WireError): Error {
  const error = new Error(message);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true, enumerable: false });
  return error;
}

export function exception(message: string): Error {
  return errorOf({ name: 'Exception', message, stack: '' });
}
