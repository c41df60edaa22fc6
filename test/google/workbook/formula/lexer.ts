/** Tokens of a formula in the en_US spelling (`,` between arguments, `.` as decimal point). */
export interface Token {
  kind: 'number' | 'text' | 'reference' | 'name' | 'error' | 'operator' | 'space';
  text: string;
}

const SHEET = `(?:(?:'(?:[^']|'')+'|[\\p{L}_][\\p{L}\\p{N}_.]*)!)`;
const CELL = `\\$?[A-Za-z]{1,3}\\$?[0-9]{1,8}`;
const LETTERS = `\\$?[A-Za-z]{1,3}`;
const DIGITS = `\\$?[0-9]{1,8}`;
const REFERENCE = `${SHEET}?(?:${CELL}:${CELL}|${CELL}:${LETTERS}(?![A-Za-z0-9$])|${CELL}:${DIGITS}(?![A-Za-z])|${LETTERS}:${LETTERS}(?:\\$?[0-9]{1,8})?|${DIGITS}:${DIGITS}|${CELL}|(?<=!)#REF!)(?![\\p{L}\\p{N}_(.!])`;

const TOKEN = new RegExp(
  [
    `(?<space>\\s+)`,
    `(?<text>"(?:[^"]|"")*")`,
    `(?<reference>${REFERENCE})`,
    `(?<number>(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)`,
    `(?<error>#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\\?|NUM!|N/A|ERROR!))`,
    `(?<name>[\\p{L}_][\\p{L}\\p{N}_.]*)`,
    `(?<operator><=|>=|<>|[-+*/^&=<>%(){},;:!])`,
  ].join('|'),
  'uy',
);

/** Splits a formula without its leading `=`; null when some character fits no token. */
export function tokenize(source: string): Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) {
      TOKEN.lastIndex = at;
      return null;
    }
    const groups = match.groups as Record<Token['kind'], string | undefined>;
    const kind = (Object.keys(groups) as Token['kind'][]).find((name) => groups[name] !== undefined)!;
    tokens.push({ kind, text: match[0] });
  }
  return tokens;
}
