import { fault, type Mutant } from './mutant.ts';

/** Faults in what runs scripts and in what they see of the host; those of single services are in script-mutants.ts. */
export const hostMutants: Mutant[] = [
  fault(
    'script/runtime.ts',
    'a run that ends keeps its locks',
    'for (const lock of [...execution.locks]) lock.release(execution);',
    '',
  ),
  fault(
    'script/runtime.ts',
    'late write errors are lost at the end',
    'execution.flush();\n      return value;',
    'return value;',
  ),
  fault('script/runtime.ts', 'one run too many at once', 'mine >= EXECUTIONS_PER_USER', 'mine > EXECUTIONS_PER_USER'),
  fault(
    'script/runtime.ts',
    'trigger time is not counted',
    "if (kind === 'trigger') this.quotas",
    "if (kind === 'load') this.quotas",
  ),
  fault('script/execution.ts', 'simple triggers run for six minutes', "kind === 'simple' ||", ''),
  fault('script/clock.ts', 'time runs backwards', 'time > this.now() : stored > Number(this.#cells[0])', 'true : true'),
  fault(
    'script/install.ts',
    'functions ending in _ can be called',
    "!functions.has(fn) || fn.endsWith('_')",
    '!functions.has(fn)',
  ),
  fault(
    'script/install.ts',
    'eleven calls at once',
    'this.#clientCalls >= CLIENT_CALLS',
    'this.#clientCalls > CLIENT_CALLS',
  ),
  fault(
    'script/zone.ts',
    'a change of clocks is overlooked',
    'offsetAt(first, zone) === before) return first;',
    'true) return first;',
  ),
  fault(
    'script/services/url-fetch.ts',
    'HTTP errors never throw',
    'reply.status >= 400 && !spec.mute',
    'reply.status >= 900',
  ),
  fault(
    'script/services/refs.ts',
    'viewers may write',
    'if (!opened.document.canEdit(execution.user)) {',
    'if (!opened) {',
  ),
  fault('script/face/date.ts', 'local time is UTC', 'return new Real(time + offset(time));', 'return new Real(time);'),
  fault('script/face/main.ts', 'Atomics can be reached', "'SharedArrayBuffer', 'Atomics'", "'SharedArrayBuffer'"),
  fault(
    'script/face/sheet.ts',
    'a range may leave the grid by one',
    'row + ref.rows - 1 > maxRows',
    'row + ref.rows - 2 > maxRows',
  ),
  fault('accounts/issuer.ts', 'tokens live two hours', 'lifetime = 3600', 'lifetime = 7200'),
  fault(
    'accounts/issuer.ts',
    'rotation forgets the old key at once',
    'this.#keys.slice(-1 - keep)',
    'this.#keys.slice(-1)',
  ),
  fault('accounts/access-tokens.ts', 'access tokens never expire', 'grant.expires <= this.now()', 'grant.expires < 0'),
  fault(
    'script/engine/worker.ts',
    'global scope that throws hides the functions',
    "if (start.entry.kind !== 'list') throw error;",
    'throw error;',
  ),
  fault(
    'script/events.ts',
    'selections run with full authorisation',
    "void install.simple(fn, 'LIMITED',",
    "void install.simple(fn, 'FULL',",
  ),
  fault(
    'script/face/left-out.ts',
    'what is left out is silently undefined',
    'throw exception(`${name}',
    'void (`${name}',
  ),
  fault(
    'script/face/active-sheet.ts',
    'old methods of Spreadsheet lose their arguments',
    '.apply(sheet, args)',
    '.apply(sheet, [])',
  ),
];
