import type { ErrorCode, Value } from '../value.ts';
import { errorValue } from '../value.ts';
import { tokenize, type Token } from './lexer.ts';
import { parseReference, type Reference } from './references.ts';

export type Node =
  | { kind: 'constant'; value: Value }
  | { kind: 'reference'; reference: Reference }
  | { kind: 'name'; name: string }
  | { kind: 'unary'; operator: string; operand: Node }
  | { kind: 'binary'; operator: string; left: Node; right: Node }
  | { kind: 'call'; name: string; arguments: Node[] }
  | { kind: 'array'; rows: Node[][] }
  | { kind: 'missing' };

const PRECEDENCE: Record<string, number> = {
  '=': 1,
  '<>': 1,
  '<': 1,
  '>': 1,
  '<=': 1,
  '>=': 1,
  '&': 2,
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '^': 6,
};
/** Binds closer than `^`, as in other spreadsheets: `-2^2` is 4. */
const UNARY = 7;

/** Parses a canonical formula with its `=`; null is a parse error, which Sheets shows as `#ERROR!`. */
export function parseFormula(formula: string): Node | null {
  const tokens = tokenize(formula.slice(1))?.filter((token) => token.kind !== 'space');
  if (!tokens || tokens.length === 0) return null;
  try {
    const parser = new Parser(tokens);
    const node = parser.expression(0);
    return parser.done ? node : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

class Parser {
  #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return token?.kind === 'operator' && token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new SyntaxError(`expected ${text}`);
  }

  expression(least: number): Node {
    let left = this.#prefix();
    for (;;) {
      const token = this.#peek();
      if (token?.kind !== 'operator') return left;
      if (token.text === '%') {
        this.#at++;
        left = { kind: 'unary', operator: '%', operand: left };
        continue;
      }
      const precedence = PRECEDENCE[token.text];
      if (precedence === undefined || precedence <= least) return left;
      this.#at++;
      left = { kind: 'binary', operator: token.text, left, right: this.expression(precedence) };
    }
  }

  #prefix(): Node {
    const token = this.#peek();
    if (!token) throw new SyntaxError('unexpected end');
    this.#at++;
    switch (token.kind) {
      case 'number':
        return { kind: 'constant', value: Number(token.text) };
      case 'text':
        return { kind: 'constant', value: token.text.slice(1, -1).replaceAll('""', '"') };
      case 'error':
        return { kind: 'constant', value: errorValue(token.text.toUpperCase() as ErrorCode) };
      case 'reference': {
        const reference = parseReference(token.text);
        return reference ? { kind: 'reference', reference } : { kind: 'constant', value: errorValue('#REF!') };
      }
      case 'name':
        return this.#name(token.text);
      default:
        return this.#operator(token.text);
    }
  }

  #name(name: string): Node {
    if (this.#take('(')) return { kind: 'call', name: name.toUpperCase(), arguments: this.#arguments() };
    const upper = name.toUpperCase();
    if (upper === 'TRUE' || upper === 'FALSE') return { kind: 'constant', value: upper === 'TRUE' };
    return { kind: 'name', name };
  }

  #arguments(): Node[] {
    const list: Node[] = [];
    if (this.#take(')')) return list;
    for (;;) {
      list.push(this.#is(',') || this.#is(')') ? { kind: 'missing' } : this.expression(0));
      if (this.#take(')')) return list;
      this.#expect(',');
    }
  }

  #operator(text: string): Node {
    if (text === '(') {
      const inner = this.expression(0);
      this.#expect(')');
      return inner;
    }
    if (text === '-' || text === '+') return { kind: 'unary', operator: text, operand: this.expression(UNARY) };
    if (text === '{') {
      const rows: Node[][] = [[]];
      if (this.#take('}')) return { kind: 'constant', value: errorValue('#REF!') };
      for (;;) {
        rows[rows.length - 1]!.push(this.expression(0));
        if (this.#take('}')) return { kind: 'array', rows };
        if (this.#take(';')) rows.push([]);
        else this.#expect(',');
      }
    }
    throw new SyntaxError(`unexpected ${text}`);
  }
}
