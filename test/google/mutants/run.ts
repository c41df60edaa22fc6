import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Mutant } from './mutant.ts';
import { hostMutants } from './host-mutants.ts';

import { restMutants } from './rest-mutants.ts';
import { richMutants } from './rich-mutants.ts';
import { scriptMutants } from './script-mutants.ts';
import { workbookMutants } from './workbook-mutants.ts';

/**
 * Puts one fault after another into a copy of the project and runs the stand-in's own tests on it: a fault that no
 * test notices is a hole in the tests. `npm run google:mutants [pattern of files or faults]`; exits 0 when at least 95% are
 * caught.
 */
const project = resolve(import.meta.dirname, '../../..');
const mutants = [...workbookMutants, ...restMutants, ...scriptMutants, ...hostMutants, ...richMutants];
const LEFT_OUT = new Set(['node_modules', '.git', '.tandem', 'docs']);
const WORKERS = 2;
const REQUIRED = 0.95;

/** Tests that a fault is held against: what builds on the part it is in. */
function testsFor(mutant: Mutant): string[] {
  const part = mutant.file.split('/')[0]!;
  const rest = ['test/google/rest', 'test/google/recordings.test.ts'];
  if (part === 'workbook') return ['test/google/workbook', ...rest];
  return part === 'rest' ? rest : ['test/google/script', 'test/google/accounts'];
}

function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'tandem-mutants-'));
  cpSync(project, copy, { recursive: true, filter: (source) => !LEFT_OUT.has(basename(source)) });
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Whether every test passes; the first failure ends the run. */
function runTests(copy: string, tests: string[]): Promise<boolean> {
  return new Promise((done) => {
    const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
    const recordings = process.env.SHEETS_RECORDINGS ?? resolve(project, '../shared/recordings');
    const child = spawn(
      process.execPath,
      [vitest, 'run', '--project', 'unit', '--bail', '1', '--reporter', 'dot', ...tests],
      {
        cwd: copy,
        stdio: 'ignore',
        env: { ...process.env, SHEETS_RECORDINGS: recordings },
      },
    );
    // A fault may also make the tests run for ever.
    const limit = setTimeout(() => child.kill('SIGKILL'), 120_000);
    child.on('exit', (code) => {
      clearTimeout(limit);
      done(code === 0);
    });
  });
}

/** The faulty text; null where the fault does not fit the source in exactly one place. */
function faulty(mutant: Mutant, source: string): string | null {
  const parts = source.split(mutant.find);
  return parts.length === 2 ? parts.join(mutant.replace) : null;
}

const wanted = new RegExp(process.argv.slice(2).join(' '));
const chosen = mutants.filter((mutant) => wanted.test(`${mutant.file} ${mutant.fault}`));
const misfits = chosen.filter((m) => faulty(m, readFileSync(join(project, 'test/google', m.file), 'utf8')) === null);
if (misfits.length) {
  for (const { file, fault } of misfits) console.error(`${file}: "${fault}" must fit one place. Bring it up to date.`);
  process.exit(1);
}

const survivors: Mutant[] = [];
const queue = [...chosen];
const copies = Array.from({ length: Math.min(WORKERS, queue.length) }, copyProject);
const removeCopies = (): void => copies.forEach((copy) => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    removeCopies();
    process.exit(1);
  });
}
try {
  const sound = await runTests(copies[0]!, [
    'test/google/workbook',
    'test/google/rest',
    'test/google/recordings.test.ts',
    'test/google/script',
    'test/google/accounts',
  ]);
  if (!sound) throw new Error('The tests fail without any fault: mend them first.');
  await Promise.all(
    copies.map(async (copy) => {
      for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
        const path = join(copy, 'test/google', mutant.file);
        const source = readFileSync(path, 'utf8');
        writeFileSync(path, faulty(mutant, source)!);
        const survived = await runTests(copy, testsFor(mutant));
        writeFileSync(path, source);
        if (survived) survivors.push(mutant);
        console.log(`${survived ? 'SURVIVED' : 'caught  '}  ${mutant.file}: ${mutant.fault}`);
      }
    }),
  );
} finally {
  removeCopies();
}
const caught = chosen.length - survivors.length;
console.log(`\n${caught} of ${chosen.length} faults caught (${((100 * caught) / chosen.length).toFixed(1)}%).`);
for (const { file, fault } of survivors) console.log(`not caught: ${file}: ${fault}`);
process.exitCode = caught >= REQUIRED * chosen.length ? 0 : 1;
