import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** What the README and docs/ tell people to follow is there: links, commands, variables, scopes. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const guides = [
  'README.md',
  'shared/PROTOCOL.md',
  'test/google/FIDELITY.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const headingsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));

describe('the guides', () => {
  it.each(guides)('%s links to files and headings that exist', (guide) => {
    for (const [, target] of read(guide).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path, anchor] = target!.split('#');
      const file = path === '' ? guide : join(dirname(guide), path!);
      expect(existsSync(join(root, file)), `${guide}: ${target}`).toBe(true);
      if (anchor !== undefined) expect(headingsOf(file), `${guide}: ${target}`).toContain(anchor);
    }
  });

  it.each(guides)('%s names commands that exist', (guide) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, command] of read(guide).matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty([command!]);
  });

  it('names every variable that the server reads', () => {
    const variables = [...read('api/env.ts').matchAll(/^ {2}([A-Z_]+): variable\(/gm)].map(([, name]) => name!);
    expect(variables.length).toBeGreaterThan(10);
    for (const name of variables) expect(read('docs/setup.md'), name).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('says what each scope of the script is for', () => {
    const { oauthScopes } = JSON.parse(read('addon/appsscript.json')) as { oauthScopes: string[] };
    const told = [...read('docs/setup.md').matchAll(/^\| (`[^|]+`) \| [^|]+ \|$/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope!),
    );
    expect(told.sort()).toEqual(oauthScopes.map((scope) => scope.replace(/^.*\/auth\//, '')).sort());
  });
});
