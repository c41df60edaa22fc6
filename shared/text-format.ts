/** Booleans as Sheets reads them in the locales it localises them for. */
const BOOLEAN_WORDS =
  /^(true|false|wahr|falsch|vrai|faux|verdadero|falso|vero|verdadeiro|waar|onwaar|sann|falsk|prawda|fałsz|истина|ложь)$/i;

/**
 * Whether Sheets might read this text as something else than itself: a number, date, time, amount, percentage, boolean
 * or formula, or strip an apostrophe or spaces. Errs on the side of yes: a cell formatted as plain text that need not
 * have been does no harm, a `007` that became 7 is a lost value.
 */
export function needsTextFormat(text: string): boolean {
  return /[\p{N}#]/u.test(text) || /^[=+\-@'\s]/.test(text) || /\s$/.test(text) || BOOLEAN_WORDS.test(text);
}

/** The first characters of a text, without the half of one at their end: that could not be stored. */
export function shorten(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** The text with a replacement character for what no Postgres text can hold. */
export function storableText(text: string): string {
  return unstorable(text) ? text.replace(/\0|[\ud800-\udfff]/gu, '\ufffd') : text;
}

/** Whether a text holds what no Postgres text can: a NUL, or half a character (a lone surrogate). */
export function unstorable(text: string): boolean {
  return text.includes('\0') || /[\ud800-\udfff]/u.test(text);
}
