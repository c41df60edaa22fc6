import type { Locale } from './locale.ts';
import { renderGeneral, renderNumber, renderText } from './number-format.ts';
import { isError, type Value } from './value.ts';

/** What the grid shows for a value: the text of getDisplayValues and of FORMATTED_VALUE. Blank → ''. */
export function displayText(value: Value, numberFormat: string | undefined, locale: Locale): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? locale.booleans.true : locale.booleans.false;
  if (isError(value)) return value.error;
  const automatic = !numberFormat || /^general$/i.test(numberFormat);
  if (typeof value === 'string') return automatic ? value : renderText(value, numberFormat);
  return automatic ? renderGeneral(value, locale) : renderNumber(value, numberFormat, locale);
}
