/** printf-like formatting: Utilities.formatString, Logger.log and console.log. */
export function formatString(template: string, args: unknown[], appendRest = false): string {
  let next = 0;
  const text = template.replace(
    /%(-)?(0)?(\d+)?(?:\.(\d+))?([sdifjoO%])/g,
    (whole, left, zero, width, precision, type) => {
      if (type === '%') return '%';
      if (next >= args.length) return whole as string;
      let text = formatArgument(args[next++], type as string, precision as string | undefined);
      if (width) {
        const size = Number(width);
        text = left ? text.padEnd(size) : text.padStart(size, zero ? '0' : ' ');
      }
      return text;
    },
  );
  return appendRest ? [text, ...args.slice(next).map((value) => show(value))].join(' ') : text;
}

function formatArgument(value: unknown, type: string, precision: string | undefined): string {
  switch (type) {
    case 'd':
    case 'i':
      return String(Math.trunc(Number(value)));
    case 'f':
      return Number(value).toFixed(precision === undefined ? 6 : Number(precision));
    case 'j':
    case 'o':
    case 'O':
      return show(value);
    default:
      return typeof value === 'object' ? show(value) : String(value);
  }
}

/** A value as logs show it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ?? String(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
