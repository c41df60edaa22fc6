import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ablatedRules } from '../sim/ablation/rules.ts';

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

  it('says what happens without each rule that can be taken away', () => {
    const [, section] = document.split('## What happens without a rule');
    const told = [...section!.split('\n## ')[0]!.matchAll(/^\| ([^|]+) \| ([^|]*[RI]\d[^|]*) \| ([^|]+) \|$/gm)];
    expect(told.map(([, name, rules]) => `${name} (${rules})`).sort()).toEqual(
      ablatedRules.map(({ name, rules }) => `${name} (${rules})`).sort(),
    );
    for (const [, name, , what] of told) {
      expect(/\bKept for\b/.test(what!), name).toBe(
        ablatedRules.find((rule) => rule.name === name)?.kept !== undefined,
      );
    }
  });
});
