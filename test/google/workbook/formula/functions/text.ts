import { displayText } from '../../display.ts';
import { parseInput } from '../../parse-input.ts';
import type { Value } from '../../value.ts';
import { FormulaError, defined, matrixOf, toBoolean, type Result } from '../coerce.ts';
import type { Scope } from '../scope.ts';
import { arrays, num, one, plain, range, txt, type FunctionTable } from './define.ts';

/** Sheets uses RE2, which has no look-around and no back-references; what JavaScript refuses is `#REF!`. */
function pattern(value: Value | undefined, scope: Scope, flags = ''): RegExp {
  const source = txt(value, scope);
  const insensitive = source.startsWith('(?i)');
  if (/\(\?[=!<]|\\[1-9]/.test(source)) throw new FormulaError('#REF!');
  try {
    return new RegExp(insensitive ? source.slice(4) : source, `u${insensitive ? 'i' : ''}${flags}`);
  } catch {
    throw new FormulaError('#REF!');
  }
}

function find(sensitive: boolean) {
  return plain(2, 3, ([wanted, within, start], scope) => {
    const fold = (value: Value | undefined): string =>
      sensitive ? txt(value, scope) : txt(value, scope).toLowerCase();
    const at = fold(within).indexOf(fold(wanted), num(start, scope, 1) - 1);
    if (at < 0) throw new FormulaError('#VALUE!');
    return at + 1;
  });
}

const each = (run: (text: string) => string) => plain(1, 1, ([value], scope) => run(txt(value, scope)));

function joined(values: Result[], scope: Scope, separator: string, skipBlank: boolean): string {
  return values
    .flatMap((value) => matrixOf(value).flat())
    .filter((value) => !skipBlank || (value !== null && value !== ''))
    .map((value) => txt(value, scope))
    .join(separator);
}

export const text: FunctionTable = {
  CONCATENATE: arrays(1, 254, (values, scope) => joined(values, scope, '', false)),
  CONCAT: plain(2, 2, ([a, b], scope) => txt(a, scope) + txt(b, scope)),
  JOIN: arrays(2, 254, ([separator, ...values], scope) => joined(values, scope, txt(one(separator), scope), false)),
  TEXTJOIN: arrays(3, 254, ([separator, skip, ...values], scope) =>
    joined(values, scope, txt(one(separator), scope), toBoolean(one(skip))),
  ),
  LEFT: plain(1, 2, ([value, n], scope) => txt(value, scope).slice(0, num(n, scope, 1))),
  RIGHT: plain(1, 2, ([value, n], scope) => {
    const count = num(n, scope, 1);
    return count <= 0 ? '' : txt(value, scope).slice(-count);
  }),
  MID: plain(3, 3, ([value, start, n], scope) => txt(value, scope).substr(num(start, scope) - 1, num(n, scope))),
  LEN: plain(1, 1, ([value], scope) => txt(value, scope).length),
  UPPER: each((value) => value.toUpperCase()),
  LOWER: each((value) => value.toLowerCase()),
  PROPER: each((value) =>
    value.toLowerCase().replace(/(^|[^\p{L}])(\p{L})/gu, (_, before: string, c: string) => before + c.toUpperCase()),
  ),
  TRIM: each((value) => value.trim().replace(/ {2,}/g, ' ')),
  CLEAN: each((value) => value.replace(/[\u0000-\u001f]/gu, '')),
  REPT: plain(2, 2, ([value, n], scope) => txt(value, scope).repeat(Math.max(0, num(n, scope)))),
  EXACT: plain(2, 2, ([a, b], scope) => txt(a, scope) === txt(b, scope)),
  FIND: find(true),
  SEARCH: find(false),
  SUBSTITUTE: plain(3, 4, ([value, old, next, nth], scope) => {
    const [source, wanted, replacement] = [txt(value, scope), txt(old, scope), txt(next, scope)];
    if (wanted === '') return source;
    if (nth === undefined) return source.split(wanted).join(replacement);
    const parts = source.split(wanted);
    const n = num(nth, scope);
    if (n >= parts.length) return source;
    return parts.slice(0, n).join(wanted) + replacement + parts.slice(n).join(wanted);
  }),
  REPLACE: plain(4, 4, ([value, start, n, next], scope) => {
    const [source, at] = [txt(value, scope), num(start, scope) - 1];
    return source.slice(0, at) + txt(next, scope) + source.slice(at + num(n, scope));
  }),
  VALUE: plain(1, 1, ([value], scope) => num(value, scope)),
  TO_TEXT: plain(1, 1, ([value], scope) => txt(value, scope)),
  T: range(1, 1, ([value]) => {
    const first = defined(one(value));
    return typeof first === 'string' ? first : '';
  }),
  TEXT: plain(2, 2, ([value, format], scope) => {
    const locale = scope.workbook.localeData;
    const known = defined(value!);
    const parsed = typeof known === 'string' ? parseInput(known, locale, () => scope.workbook.today()).value : known;
    return displayText(typeof parsed === 'number' ? parsed : known, txt(format, scope), locale);
  }),
  CHAR: plain(1, 1, ([code], scope) => String.fromCodePoint(num(code, scope))),
  CODE: plain(1, 1, ([value], scope) => txt(value, scope).codePointAt(0) ?? 0),
  REGEXMATCH: plain(2, 2, ([value, regex], scope) => pattern(regex, scope).test(txt(value, scope))),
  REGEXREPLACE: plain(3, 3, ([value, regex, next], scope) =>
    txt(value, scope).replace(pattern(regex, scope, 'g'), txt(next, scope)),
  ),
  REGEXEXTRACT: range(2, 2, ([value, regex], scope) => {
    const match = pattern(one(regex), scope).exec(txt(one(value), scope));
    if (!match) throw new FormulaError('#N/A');
    return match.length > 1 ? [match.slice(1).map((part) => part ?? '')] : match[0];
  }),
  SPLIT: range(2, 4, ([value, separator, byEach, dropEmpty], scope) => {
    const by = txt(one(separator), scope);
    const single = byEach === undefined || toBoolean(one(byEach));
    const escape = (s: string): string => s.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
    const parts = txt(one(value), scope).split(new RegExp(single ? `[${escape(by)}]` : escape(by), 'u'));
    const kept = dropEmpty === undefined || toBoolean(one(dropEmpty)) ? parts.filter((part) => part !== '') : parts;
    return [kept.map((part) => parseInput(part, scope.workbook.localeData, () => scope.workbook.today()).value)];
  }),
  HYPERLINK: plain(1, 2, ([url, label]) => label ?? url ?? null),
};
