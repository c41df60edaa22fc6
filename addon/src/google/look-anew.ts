/**
 * Makes the next read tell what is there now. Google reads ahead and keeps what a run has read, nobody says for how long:
 * a second look at a cell might show what the first one saw, and an edit made in between would be written over.
 */
export function lookAnew(): void {
  SpreadsheetApp.flush();
}
