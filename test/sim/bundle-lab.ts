import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAddon } from '../../addon/build.ts';
import { createLocalGoogle, type LocalGoogle } from '../google/local-google.ts';
import { SheetDocument } from '../google/script/documents.ts';
import type { ScriptInstall } from '../google/script/install.ts';
import type { ScriptProject } from '../google/script/project.ts';
import type { Workbook } from '../google/workbook/workbook.ts';
import { OWNER } from './world.ts';

/** Any address: its requests never leave the simulation. */
const API_URL = 'https://tandem.test';
const DAY_MS = 86_400_000;

/** A local Google with the built add-on, one a worker: the bundle is built and loaded once. */
export class BundleLab {
  private project: ScriptProject | null = null;
  private readonly installs = new Map<Workbook, ScriptInstall>();

  private constructor(
    readonly google: LocalGoogle,
    private readonly dir: string,
  ) {}

  static async open(): Promise<BundleLab> {
    const dir = await mkdtemp(join(tmpdir(), 'tandem-bundle-'));
    await buildAddon({ apiUrl: API_URL, outdir: dir });
    return new BundleLab(await createLocalGoogle(), dir);
  }

  /** The add-on at work in a workbook, remembering nothing; a day has passed, so quotas are fresh. */
  async install(workbook: Workbook): Promise<ScriptInstall> {
    const { google } = this;
    google.network.interceptor = null;
    google.runtime.beforeHostCall = null;
    google.runtime.afterHostCall = null;
    await google.advance(DAY_MS);
    let install = this.installs.get(workbook);
    if (!install) {
      const person = google.person(OWNER);
      const spreadsheet = google.addDocument(new SheetDocument(workbook, person.account));
      const source = this.project === null ? { dir: this.dir } : { project: this.project };
      install = await google.installScript({ spreadsheet, ...source, person });
      this.project ??= install.project;
      this.installs.set(workbook, install);
    }
    install.project.documentProperties(workbook.id).clear();
    return install;
  }

  async close(): Promise<void> {
    await this.google.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}
