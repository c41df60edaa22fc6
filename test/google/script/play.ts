import { createLocalGoogle, type InstallOptions, type LocalGoogle, type LocalGoogleOptions } from '../local-google.ts';
import type { Person } from '../person.ts';
import type { Tab } from '../workbook/tab.ts';
import type { SheetDocument } from './documents.ts';
import type { ScriptInstall } from './install.ts';
import type { Manifest } from './project.ts';

/** A spreadsheet with a script in it, for tests. */
export interface Play {
  google: LocalGoogle;
  person: Person;
  document: SheetDocument;
  tab: Tab;
  install: ScriptInstall;
  run: (fn: string, ...args: unknown[]) => Promise<unknown>;
}

export interface PlayOptions extends LocalGoogleOptions, Partial<Omit<InstallOptions, 'spreadsheet' | 'source'>> {
  manifest?: Manifest;
  timeZone?: string;
  html?: Record<string, string>;
}

/** Starts a local Google with one spreadsheet of ann@example.com and this code in it. */
export async function play(code: string, options: PlayOptions = {}): Promise<Play> {
  const { manifest = {}, timeZone = 'Etc/GMT', html = {}, startAt, clock, ...install } = options;
  const google = await createLocalGoogle({
    ...(startAt === undefined ? {} : { startAt }),
    ...(clock === undefined ? {} : { clock }),
  });
  const person = install.person ?? google.person('ann@example.com');
  const document = google.createSpreadsheet({ owner: person, title: 'Book', timeZone });
  const source = { files: { 'Code.js': code, ...html }, manifest };
  const installed = await google.installScript({ ...install, spreadsheet: document, person, source });
  return {
    google,
    person,
    document,
    tab: document.workbook.tabs[0]!,
    install: installed,
    run: (fn, ...args) => installed.run(fn, args),
  };
}

/** Runs `body` as the function `main` of a fresh script and answers what it returns; then closes everything. */
export async function evaluate(body: string, options: PlayOptions = {}): Promise<unknown> {
  const played = await play(`function main() { ${body} }`, options);
  try {
    return await played.run('main');
  } finally {
    await played.google.close();
  }
}
