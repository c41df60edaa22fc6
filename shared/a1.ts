/** Column letters of a 1-based column number: 1 → `A`, 27 → `AA`. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let n = column; n > 0; n = Math.floor((n - 1) / 26)) {
    letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  }
  return letters;
}

/** A1 name of a cell from 1-based row and column: (7, 3) → `C7`. */
export function cellName(row: number, column: number): string {
  return columnLetters(column) + String(row);
}

/** 1-based column number of column letters: `AA` → 27. Not validated beyond letters. */
export function columnNumber(letters: string): number {
  let n = 0;
  for (const letter of letters.toUpperCase()) n = n * 26 + letter.charCodeAt(0) - 64;
  return n;
}
