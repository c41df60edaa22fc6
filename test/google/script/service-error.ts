/** An error a Google service answers with. In the script it becomes an `Error` whose name is `Exception`. */
export class ServiceError extends Error {
  constructor(
    message: string,
    override readonly name: string = 'Exception',
  ) {
    super(message);
  }
}

/** An error that ended a script: what the script threw, or why Google ended it. */
export class ScriptError extends Error {
  constructor(
    message: string,
    override readonly name: string,
    readonly scriptStack: string,
  ) {
    super(message);
    // Where the script threw, not where the host heard of it.
    if (scriptStack) this.stack = scriptStack;
  }

  /** As the executions page and failure mails show it. */
  override toString(): string {
    return `${this.name}: ${this.message}`;
  }
}

/** The execution was killed from outside (a test's fault, a deadline); nothing of it runs any more. */
export class ExecutionKilled extends ScriptError {
  constructor(message = 'The execution was terminated.') {
    super(message, 'Exception', '');
  }
}
