import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = readFileSync(join(root, 'shared/PROTOCOL.md'), 'utf8');

function testSources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? testSources(`${folder}/${entry.name}`)
      : entry.name.endsWith('.test.ts') && entry.name !== 'protocol-document.test.ts'
        ? [readFileSync(join(root, folder, entry.name), 'utf8')]
        : [],
  );
}

const sources = testSources('test').join('\n');
const rows = [...document.matchAll(/^\| ([RI]\d+) \| (.*) \| (.*) \| (.*) \|$/gm)].map(([, id, , code, test]) => ({
  id: id!,
  code: code!,
  test: test!,
}));

describe('PROTOCOL.md', () => {
  it('numbers its rules and invariants without holes', () => {
    const ids = rows.map(({ id }) => id);
    const count = (letter: string) => ids.filter((id) => id.startsWith(letter)).length;
    expect(ids).toEqual([
      ...Array.from({ length: count('R') }, (_, i) => `R${i + 1}`),
      ...Array.from({ length: 18 }, (_, i) => `I${i + 1}`),
    ]);
  });

  it.each(rows.filter(({ test }) => test !== '–'))('$id names code and a test that exist', ({ code, test }) => {
    for (const [, path] of code.matchAll(/`([^`]+)`/g)) expect(existsSync(join(root, path!)), path).toBe(true);
    const titles = [...test.matchAll(/"([^"]+)"/g)].map(([, title]) => title!);
    expect(titles).not.toEqual([]);
    for (const title of titles) expect(sources, title).toContain(title);
  });
});
