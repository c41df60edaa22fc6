import { invalid } from './api-error.ts';

/** A parsed field mask: a tree of names; an empty tree takes everything below. */
export interface Mask {
  [name: string]: Mask;
}

/** Parses `a.b,c(d,e/f)`; `/` and `.` are the same. `*` takes everything. */
export function parseMask(text: string): Mask {
  let at = 0;
  const fail = (): never => {
    throw invalid(`Request contains an invalid argument. Invalid field mask: ${text}`);
  };
  const list = (end: string): Mask => {
    const mask: Mask = {};
    for (;;) {
      path(mask);
      if (text[at] === ',') at++;
      else if (text[at] === end || (end === '' && at === text.length)) return mask;
      else fail();
    }
  };
  const path = (mask: Mask): void => {
    const start = at;
    while (at < text.length && /[\w*]/.test(text[at]!)) at++;
    const name = text.slice(start, at);
    if (!name) fail();
    const child = (mask[name] ??= {});
    if (text[at] === '.' || text[at] === '/') {
      at++;
      path(child);
    } else if (text[at] === '(') {
      at++;
      Object.assign(child, list(')'));
      at++;
    }
  };
  const compact = text.replace(/\s+/g, '');
  text = compact;
  return compact === '' || compact === '*' ? {} : list('');
}

/** What of a JSON value the mask lets through. Lists are gone through item by item. */
export function applyMask(value: unknown, mask: Mask): unknown {
  if (Object.keys(mask).length === 0 || '*' in mask) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => applyMask(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [name, below] of Object.entries(mask)) {
    const field = (value as Record<string, unknown>)[name];
    if (field !== undefined) out[name] = applyMask(field, below);
  }
  return out;
}

/** Whether the mask reaches a path, such as `sheets.data`. */
export function reaches(mask: Mask, path: string): boolean {
  let level = mask;
  for (const name of path.split('.')) {
    if (Object.keys(level).length === 0 || '*' in level) return true;
    const next = level[name];
    if (!next) return false;
    level = next;
  }
  return true;
}

/** Paths of the leaves, dotted: what an update with this mask touches. */
export function leaves(mask: Mask, prefix = ''): string[] {
  return Object.entries(mask).flatMap(([name, below]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    return Object.keys(below).length ? leaves(below, path) : [path];
  });
}
