/** One deliberate fault: exactly one place of a file, replaced. */
export interface Mutant {
  /** What is wrong, in words. */
  fault: string;
  /** Relative to test/google. */
  file: string;
  find: string;
  replace: string;
}

export const fault = (file: string, name: string, find: string, replace: string): Mutant => ({
  fault: name,
  file,
  find,
  replace,
});
