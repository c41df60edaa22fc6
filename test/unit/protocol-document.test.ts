import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bucketDigests, cellHash, keyHash, rowHash } from '../../shared/digest.ts';
import * as limits from '../../shared/limits.ts';
import { errorCodes } from '../../shared/protocol/error.ts';
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

  it('lists every error with its status and what to do', () => {
    const told = [...document.matchAll(/^\| `(\w+)` \| (\d+) \| (\w+) \| [^|]+ \|$/gm)];
    expect(told.map(([, code, status, retry]) => [code, Number(status), retry])).toEqual(
      Object.entries(errorCodes).map(([code, { status, retry }]) => [code, status, retry]),
    );
  });

  it('gives hashes by which another host can check its own', () => {
    const columns = ['c1', 'c2', 'c3'];
    const a = rowHash('1', columns, { c1: 1, c2: 'Zoë 🚲', c3: null });
    const b = rowHash('2', columns, { c1: 2, c2: 'Ann', c3: { date: '2024-02-29T13:05:00' } });
    const buckets = bucketDigests([...Object.entries({ '1': a, '2': b })], 1);
    const computed = [cellHash(1), cellHash('1'), cellHash(null), a, b, ...buckets, String(keyHash('1'))];
    const [, section] = document.split('| of | is |');
    const told = [...section!.split('\n\n')[0]!.matchAll(/\| `(\w+)` \|$/gm)].map(([, hash]) => hash);
    expect(told).toEqual(computed);
  });

  it('names the limits that hold', () => {
    const { PUSH_ROWS, REPLY_OFFERS, KEY_BYTES, CELL_CHARS } = limits;
    const [, told] = document.split('**Limits**');
    for (const [limit, of] of [
      [PUSH_ROWS, 'rows and'],
      [REPLY_OFFERS, 'offers'],
      [KEY_BYTES, 'bytes a key'],
      [CELL_CHARS, 'characters a cell'],
    ] as const) {
      expect(told!.replaceAll('\n', ' ')).toContain(`${limit.toLocaleString('en-US')} ${of}`);
    }
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
