/** An error whose message is a sentence for the person at the spreadsheet: what happened and what to do. */
export class Sentence extends Error {
  constructor(
    message: string,
    /** Code of the closed list (shared/protocol/error.ts) where the API said it. */
    readonly code: string = 'addon',
  ) {
    super(message);
    this.name = 'Sentence';
  }
}

/** What is only shown would be written over what a person has there. */
export function headerTaken(header: string): Sentence {
  return new Sentence(`This tab has a column “${header.trim()}” of its own already. Choose another header.`);
}

/** Which of them is meant would be a guess. */
export function standsAbove(header: string, columns: number): string {
  return `“${header}” stands above ${columns} columns. Give each a header of its own, then try again.`;
}

/** Exceptions of Google services that a person can do something about, by what their message says (in English). */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [
    /property storage/i,
    'This spreadsheet has no room left for what Tandem has to remember of its links. Remove a link that is not needed any more, or move a linked tab to a spreadsheet of its own.',
  ],
  [
    /too many times for one day|quota/i,
    'Google’s daily limit for this add-on is used up. Syncing goes on by itself tomorrow; nothing is lost.',
  ],
  [
    /PERMISSION_DENIED|authoriz|permission/i,
    'Google did not let Tandem do this. If you are signed in to several Google accounts in this browser, open the spreadsheet in a window with only one of them; otherwise choose Extensions > Tandem > Open Tandem and allow access.',
  ],
  [/timed out|time-out|exceeded maximum execution time/i, 'Google took too long to answer. Please try again.'],
];

/** What to tell a person about anything thrown. Nothing internal: an unknown error gets a sentence that fits all. */
export function sentenceFor(error: unknown): { code: string; message: string } {
  if (error instanceof Sentence) return { code: error.code, message: error.message };
  const raw = error instanceof Error ? error.message : String(error);
  for (const [pattern, message] of KNOWN) if (pattern.test(raw)) return { code: 'google', message };
  return {
    code: 'unexpected',
    message:
      'Something went wrong inside the add-on. Nothing was lost; please try again. If it stays, tell your admin what you were doing.',
  };
}
