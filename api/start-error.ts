/** Why the server cannot start, as a sentence for the person who starts it; shown without a stack. */
export class StartError extends Error {
  override name = 'StartError';
}

/** First words of an error met while starting, for a {@link StartError} that has to quote one. */
export function causeOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
