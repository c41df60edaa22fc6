import { SheetError } from '../workbook/errors.ts';
import type { Chip, ChipRun, TextRun, TextStyle } from '../workbook/rich-text.ts';
import { fromColor, toColor } from './color.ts';

type Json = Record<string, unknown>;

/** Styles and chips of parts of a cell's text, as the API tells and takes them. */

/** The API's TextFormatRuns; the first begins at 0 and comes without its index, as every zero does. */
export function toTextFormatRuns(runs: readonly TextRun[]): Json[] {
  return runs.map(({ start, style }) => ({ ...(start ? { startIndex: start } : {}), format: toTextFormat(style) }));
}

function toTextFormat({ color, link, ...rest }: TextStyle): Json {
  const shade = color === undefined ? undefined : toColor(color);
  return {
    ...(shade ? { foregroundColor: shade, foregroundColorStyle: { rgbColor: shade } } : {}),
    ...rest,
    ...(link === undefined ? {} : { link: { uri: link } }),
  };
}

const FLAGS = ['bold', 'italic', 'strikethrough', 'underline', 'fontFamily', 'fontSize'] as const;

/** @throws SheetError for a field that a TextFormat has not */
export function fromTextFormatRuns(runs: readonly { startIndex?: number; format?: Json }[]): TextRun[] {
  return runs.map(({ startIndex = 0, format = {} }) => {
    const { link, foregroundColor, foregroundColorStyle, ...rest } = format;
    const unknown = Object.keys(rest).find((name) => !FLAGS.includes(name as 'bold'));
    if (unknown) throw new SheetError(`Unknown name "${unknown}" at 'format'`);
    const shade = (foregroundColorStyle as { rgbColor?: object } | undefined)?.rgbColor ?? foregroundColor;
    const color = fromColor(shade as object | undefined);
    const { uri } = (link ?? {}) as { uri?: string };
    return {
      start: startIndex,
      style: { ...(rest as TextStyle), ...(color ? { color } : {}), ...(uri ? { link: uri } : {}) },
    };
  });
}

/** The text with an `@` for each chip, as the API takes it in and, as far as its reference says, tells it. */
export function withPlaceholders(text: string, chips: readonly ChipRun[]): string {
  let out = '';
  let at = 0;
  for (const { start, length } of chips) {
    out += `${text.slice(at, start)}@`;
    at = start + length;
  }
  return out + text.slice(at);
}

/** Runs of chips and of what stands between them, which has none; indexes count within the text as it is told. */
export function toChipRuns(text: string, chips: readonly ChipRun[], placeholders: boolean): Json[] {
  const runs: Json[] = [];
  let [at, told] = [0, 0];
  const push = (length: number, chip: Chip | null): void => {
    runs.push({ ...(told ? { startIndex: told } : {}), chip: chip ?? {} });
    at += length;
    told += chip && placeholders ? 1 : length;
  };
  for (const { start, length, chip } of chips) {
    if (start > at) push(start - at, null);
    push(length, chip);
  }
  if (at < text.length) push(text.length - at, null);
  return runs;
}

interface GivenChip {
  personProperties?: { email?: string; displayFormat?: string };
  richLinkProperties?: { uri?: string };
}

const FORMATS = ['DEFAULT', 'LAST_NAME_COMMA_FIRST_NAME', 'EMAIL'];

/**
 * Reads chips to be written: each stands for one `@` of the text.
 * @throws SheetError for a chip without its placeholder, without its email address, or that links to anything but Drive
 */
export function fromChipRuns(
  text: string,
  runs: readonly { startIndex?: number; chip?: GivenChip }[],
): (string | { text: string; chip: Chip })[] {
  const parts: (string | { text: string; chip: Chip })[] = [];
  let at = 0;
  for (const { startIndex = 0, chip } of runs) {
    if (!chip || Object.keys(chip).length === 0) continue;
    if (startIndex < at || text[startIndex] !== '@') {
      throw new SheetError(`chipRuns: no placeholder "@" at index ${startIndex} of the text.`);
    }
    parts.push(text.slice(at, startIndex), readChip(chip));
    at = startIndex + 1;
  }
  return [...parts, text.slice(at)].filter((part) => part !== '');
}

function readChip({ personProperties: person, richLinkProperties: link }: GivenChip): { text: string; chip: Chip } {
  if (person) {
    const { email, displayFormat = 'DEFAULT' } = person;
    if (!email) throw new SheetError('chip.personProperties.email is required.');
    if (!FORMATS.includes(displayFormat)) throw new SheetError(`Invalid displayFormat: ${displayFormat}`);
    return { text: nameOf(email, displayFormat), chip: { personProperties: { email, displayFormat } } };
  }
  const uri = link?.uri ?? '';
  if (!/^https:\/\/(drive|docs)\.google\.com\//.test(uri) || new TextEncoder().encode(uri).length > 2000) {
    throw new SheetError('Only links to Google Drive files of at most 2000 bytes can be written as chips.');
  }
  return { text: 'Untitled document', chip: { richLinkProperties: { uri } } };
}

/** There is no directory here: a person's name is made of their address. */
function nameOf(email: string, format: string): string {
  if (format === 'EMAIL') return email;
  const names = email.split('@')[0]!.split(/[._-]+/);
  const words = names.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  if (format === 'DEFAULT' || words.length < 2) return words.join(' ');
  return `${words.at(-1)}, ${words.slice(0, -1).join(' ')}`;
}
