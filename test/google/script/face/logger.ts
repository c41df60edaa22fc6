import { formatString, show } from './format-string.ts';
import { call } from './rpc.ts';

const text = (first: unknown, rest: unknown[]): string =>
  typeof first === 'string' && rest.length > 0
    ? formatString(first, rest, true)
    : [first, ...rest].map((value) => show(value)).join(' ');

export class LoggerFace implements GoogleAppsScript.Base.Logger {
  #lines: string[] = [];

  log(first: unknown, ...rest: unknown[]): this {
    const line = text(first, rest);
    this.#lines.push(line);
    call('Logger.write', 'INFO', line);
    return this;
  }

  getLog(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }

  clear(): void {
    this.#lines = [];
  }
}

/** console as Apps Script has it: six methods, no more. */
export class ConsoleFace {
  readonly #timers = new Map<string, number>();

  log(first?: unknown, ...rest: unknown[]): void {
    call('Logger.write', 'INFO', text(first, rest));
  }

  info(first?: unknown, ...rest: unknown[]): void {
    call('Logger.write', 'INFO', text(first, rest));
  }

  warn(first?: unknown, ...rest: unknown[]): void {
    call('Logger.write', 'WARNING', text(first, rest));
  }

  error(first?: unknown, ...rest: unknown[]): void {
    call('Logger.write', 'ERROR', text(first, rest));
  }

  time(label: string): void {
    this.#timers.set(label, Date.now());
  }

  timeEnd(label: string): void {
    const start = this.#timers.get(label);
    if (start === undefined) return;
    this.#timers.delete(label);
    call('Logger.write', 'DEBUG', `${label}: ${Date.now() - start}ms`);
  }
}
