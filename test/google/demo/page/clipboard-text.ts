/**
 * Blocks of cells as spreadsheets put them on the clipboard: tabs between cells, line ends between rows, and a cell
 * with a tab, line end or quote in double quotes with its quotes doubled.
 */
export function parseBlock(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  let fresh = true;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
      continue;
    }
    if (char === '"' && fresh) {
      quoted = true;
      fresh = false;
    } else if (char === '\t' || char === '\n' || char === '\r') {
      if (char === '\r' && text[i + 1] === '\n') i++;
      rows.at(-1)!.push(cell);
      cell = '';
      fresh = true;
      if (char !== '\t') rows.push([]);
    } else {
      cell += char;
      fresh = false;
    }
  }
  // A final line end closes the last row; it does not open another.
  if (rows.length > 1 && rows.at(-1)!.length === 0 && fresh) rows.pop();
  else rows.at(-1)!.push(cell);
  return rows;
}

export function formatBlock(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => row.map((cell) => (/[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t'))
    .join('\n');
}
