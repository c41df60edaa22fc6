import type { Demo } from '../boot.ts';
import type { StoryTable } from './story-table.ts';

/** One step of the story. */
export interface Step {
  name: string;
  /**
   * Does what the step is about and checks what it is about, by throwing. Answers a few words for the account. That every
   * mapped cell equals its table cell is checked after each step by whoever plays them.
   */
  play(demo: Demo, table: StoryTable): Promise<string>;
  /** What the step may cost; more fails it. */
  budget?: { reads?: number; writes?: number; calls?: number };
}

/** @throws Error with the sentence, which is how a step fails */
export function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}
