/** What passes between the main thread and a worker. Values cross as JSON text, so that the script's own realm parses it. */

/** A file of a script project; `key` changes exactly when the source does, so that workers can keep compiled code. */
export interface ScriptFile {
  name: string;
  source: string;
  key: string;
}

/** How an execution enters the script. */
export type EntrySpec =
  /** A call as `google.script.run`, a menu item or the editor make it; `args` as JSON. */
  | { kind: 'call'; fn: string; args: string; from: 'client' | 'menu' | 'editor' | 'dialog' }
  /** A trigger or a menu item with an event object, which the face builds in the script's realm. */
  | { kind: 'event'; fn: string; event: EventSpec }
  /** Loads the code and answers the names of its top-level functions. */
  | { kind: 'list' };

/** An event object before it has become one: ranges as coordinates. */
export interface EventSpec {
  authMode: 'NONE' | 'LIMITED' | 'FULL';
  /** Plain properties, copied as they are. */
  fields: Record<string, unknown>;
  /** Becomes `range`, an Apps Script Range. */
  range?: { sheet: number; row: number; column: number; rows: number; columns: number };
  /** Id of the spreadsheet that becomes `source`; true: the one the script is at work in. */
  source?: boolean | string;
  /** `user`: an object with getEmail() and the like; null when the event may not tell. */
  user?: { email: string };
}

export interface StartMessage {
  files: ScriptFile[];
  timeZone: string;
  /** The clock's shared memory: a worker serves one local Google after another. */
  clock: SharedArrayBuffer;
  entry: EntrySpec;
}

/** How an execution ended. `value` is JSON, `undefined` where the function returned nothing. */
export type EndMessage = { value: string | undefined } | { error: WireError };

export interface WireError {
  name: string;
  message: string;
  stack: string;
}

export interface CallMessage {
  method: string;
  args: string;
}

/** Answer to a call: JSON text of the result, or of a {@link WireError}. */
export type ReplyMessage = { ok: true; json: string | undefined } | { ok: false; error: WireError };

export interface WorkerData {
  face: string;
  signal: SharedArrayBuffer;
}
