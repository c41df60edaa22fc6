import type { Locale } from '../locale.ts';

/**
 * Formulas are kept in the en_US spelling. Where the decimal sign is a comma, people separate arguments by `;`,
 * array columns by `\`; text in quotes is left alone.
 */
export function toCanonical(formula: string, locale: Locale): string {
  if (locale.decimal === '.') return formula;
  return outsideQuotes(formula, (code) =>
    code
      .replace(/(\d),(\d)/g, '$1.$2')
      .replace(/\{[^}]*\}/g, (array) => array.replaceAll(';', '\u0000').replaceAll('\\', ','))
      .replaceAll(';', ',')
      .replaceAll('\u0000', ';'),
  );
}

export function toLocal(formula: string, locale: Locale): string {
  if (locale.decimal === '.') return formula;
  return outsideQuotes(formula, (code) =>
    code
      .replace(/\{[^}]*\}/g, (array) => array.replaceAll(',', '\\').replaceAll(';', '\u0000'))
      .replaceAll(',', ';')
      .replaceAll('\u0000', ';')
      .replace(/(\d)\.(\d)/g, '$1,$2'),
  );
}

function outsideQuotes(formula: string, change: (code: string) => string): string {
  return formula.replace(/("(?:[^"]|"")*")|([^"]+)/g, (_, quoted: string | undefined, code: string | undefined) =>
    quoted === undefined ? change(code!) : quoted,
  );
}
