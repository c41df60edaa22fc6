import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = readFileSync(join(root, 'test/google/FIDELITY.md'), 'utf8');

const tests = (readdirSync(join(root, 'test'), { recursive: true }) as string[]).filter((path) =>
  path.endsWith('.test.ts'),
);

const rows = [...document.matchAll(/^\| (?!behaviour|-)(.*) \| (.*) \| (.*) \|$/gm)].map(
  ([, behaviour, source, test]) => ({
    behaviour: behaviour!,
    source: source!,
    test: test!,
  }),
);

describe('FIDELITY.md', () => {
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(50);
  });

  it.each(rows)('names a source and an existing test: $behaviour', ({ source, test }) => {
    expect(source).toMatch(/recording|guide|reference|field|chosen/);
    const named = [...test.matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, name]) => name!);
    expect(named).not.toEqual([]);
    // By name, or by as much of the path as tells it from others of that name.
    for (const name of named)
      expect(
        tests.filter((path) => `test/${path}`.endsWith(`/${name}`)),
        name,
      ).toHaveLength(1);
    // A numbered fact is the name of a test, not only a file.
    for (const [, fact] of `${source} ${test}`.matchAll(/\[(F\d+)\]/g)) {
      expect(readFileSync(join(root, 'test/google/rest/facts.test.ts'), 'utf8')).toContain(`[${fact}]`);
    }
  });

  it('defines every link it uses, and uses every link it defines', () => {
    const defined = [...document.matchAll(/^\[([^\]]+)\]: https:\/\/\S+$/gm)].map(([, name]) => name!);
    const body = document.replaceAll(/^\[[^\]]+\]: \S+$|`[^`]*`/gm, '');
    const used = new Set(
      [...body.matchAll(/\[([^\]`]+)\](?:\[([^\]]+)\])?/g)]
        .map(([, text, name]) => name ?? text!)
        .filter((name) => !/^F\d+$/.test(name)),
    );
    expect([...used].sort()).toEqual([...new Set(defined)].sort());
  });
});
