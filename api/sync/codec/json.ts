import { plainText, unstorable, NOT_TEXT } from './texts.ts';
import type { Codec } from './codec.ts';
import { canonicalNumber } from './numbers.ts';

const REFUSED = 'must be valid JSON, such as {"a": 1} or "text in quotes"';

export const jsonCodec: Codec = {
  expects: () => 'valid JSON, such as {"a": 1} or "text in quotes"',
  toTable(cell) {
    const text = typeof cell === 'boolean' ? String(cell) : plainText(cell);
    try {
      JSON.parse(text);
    } catch {
      return { refused: REFUSED };
    }
    return unstorable(text) ? { refused: NOT_TEXT } : { text };
  },
  toSheet: (text) => text,
  // json keeps its text as it was typed; jsonb its own order, spaces and numbers.
  sameText(left, right, { cast }) {
    if (cast !== 'jsonb') return false;
    try {
      return canonicalJson(left) === canonicalJson(right);
    } catch {
      return false;
    }
  },
};

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Keys sorted, spaces gone, and numbers with all their digits: parsed as doubles, two long ones would be equal. */
function canonicalJson(text: string): string {
  const tagged = text.replace(TOKEN, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : JSON.stringify(`n${canonicalNumber(token)}`),
  );
  return sorted(JSON.parse(tagged));
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${sorted(one)}`).join(',')}}`;
}
