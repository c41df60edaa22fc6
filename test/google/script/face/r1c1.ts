import { columnLetters, columnNumber } from '../../../../shared/a1.ts';

/** Text in double quotes and quoted sheet names stay; references outside of them are turned. */
const QUOTED = /("(?:[^"]|"")*"|'(?:[^']|'')*')/;

function outside(formula: string, turn: (text: string) => string): string {
  return formula
    .split(QUOTED)
    .map((part, i) => (i % 2 === 1 ? part : turn(part)))
    .join('');
}

/** `=SUM(R[-1]C,R1C2)` as it reads in A1 notation in the cell of that row and column. */
export function fromR1C1(formula: string, row: number, column: number): string {
  const part = (text: string | undefined, home: number): [number, boolean] => {
    if (text === undefined || text === '') return [home, false];
    const relative = /^\[(-?\d+)\]$/.exec(text);
    return relative ? [home + Number(relative[1]), false] : [Number(text), true];
  };
  const index = String.raw`(\[-?\d+\]|\d+)?`;
  const reference = new RegExp(String.raw`(?<![A-Za-z0-9_.$])R${index}C${index}(?![A-Za-z0-9_.(])`, 'gi');
  return outside(formula, (text) =>
    text.replace(reference, (_, r?: string, c?: string) => {
      const [toRow, fixedRow] = part(r, row);
      const [toColumn, fixedColumn] = part(c, column);
      if (toRow < 1 || toColumn < 1) return '#REF!';
      return `${fixedColumn ? '$' : ''}${columnLetters(toColumn)}${fixedRow ? '$' : ''}${toRow}`;
    }),
  );
}

/** The other way round. */
export function toR1C1(formula: string, row: number, column: number): string {
  const part = (fixed: string, at: number, home: number): string => (fixed ? String(at) : `[${at - home}]`);
  return outside(formula, (text) =>
    text.replace(
      /(?<![A-Za-z0-9_.$])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![A-Za-z0-9_.(])/g,
      (_, fixedColumn: string, letters: string, fixedRow: string, digits: string) =>
        `R${part(fixedRow, Number(digits), row)}C${part(fixedColumn, columnNumber(letters), column)}`,
    ),
  );
}
