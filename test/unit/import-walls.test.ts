import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const eslint = new ESLint({ cwd: root });

async function complaints(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: root + filePath });
  return result!.messages.map(({ ruleId }) => ruleId ?? 'parse error');
}

const forbidden: [file: string, code: string][] = [
  ['shared/x.ts', `import { readFileSync } from 'node:fs'; readFileSync('x');`],
  ['shared/x.ts', `import { Hono } from 'hono'; new Hono();`],
  ['shared/x.ts', `import { createApp } from '../api/app.ts'; createApp;`],
  ['addon/src/x.ts', `import { createApp } from '../../api/app.ts'; createApp;`],
  ['addon/src/x.ts', `SpreadsheetApp.flush();`],
  ['addon/src/x.ts', `import * as z from 'zod'; z;`],
  ['addon/sidebar/x.ts', `SpreadsheetApp.flush();`],
  ['addon/sidebar/x.tsx', `export const zone = Session.getScriptTimeZone();`],
  ['addon/sidebar/x.ts', `import { runCycle } from '../src/run-cycle.ts'; runCycle;`],
  ['api/routes/x.ts', `import { sql } from 'drizzle-orm'; sql;`],
  ['api/routes/x.ts', `import { link } from '../../drizzle/schema/link.ts'; link;`],
  ['api/sync/x.ts', `import { Hono } from 'hono'; new Hono();`],
  ['api/sync/x.ts', `export const port = process.env.PORT;`],
  ['api/x.ts', `import { freshDatabase } from '../test/pg/support/fresh-database.ts'; freshDatabase;`],
  ['drizzle/schema/x.ts', `import { createApp } from '../../api/app.ts'; createApp;`],
  ['drizzle/schema/x.ts', `import { pgTable } from 'postgres'; pgTable;`],
];

const allowed: [file: string, code: string][] = [
  ['shared/x.ts', `import * as v from 'valibot'; import { cellToken } from './cell.ts'; v; cellToken;`],
  ['addon/src/google/x.ts', `import { sameCell } from '../../../shared/cell.ts'; SpreadsheetApp.flush(); sameCell;`],
  [
    'addon/sidebar/x.ts',
    `import { h } from 'preact'; import type { SidebarApi } from '../src/rpc.ts'; h; export type A = SidebarApi;`,
  ],
  [
    'api/sync/x.ts',
    `import { link } from '../../drizzle/schema/link.ts'; import { sql } from 'drizzle-orm'; link; sql;`,
  ],
  ['api/routes/x.ts', `import { Hono } from 'hono'; import { limits } from '../../shared/limits.ts'; Hono; limits;`],
];

describe('folder rules are lint errors', () => {
  it.each(forbidden)('%s may not: %s', async (file, code) => {
    const found = await complaints(file, code);
    expect(found.filter((rule) => /no-restricted/.test(rule))).not.toEqual([]);
  });

  it.each(allowed)('%s may: %s', async (file, code) => {
    const found = await complaints(file, code);
    expect(found.filter((rule) => /no-restricted/.test(rule))).toEqual([]);
  });
});
