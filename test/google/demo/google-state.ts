import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ScriptInstall } from '../script/install.ts';
import type { Snapshot } from '../workbook/snapshot.ts';
import type { Workbook } from '../workbook/workbook.ts';

/**
 * What the local Google must remember between two runs of the demo: the spreadsheet as it was (its id is what the link
 * is bound to) and the add-on's document properties. Everything else, identity keys and triggers included, is made anew.
 */
export interface GoogleState {
  version: 1;
  spreadsheet: string;
  workbook: Snapshot;
  properties: Record<string, string>;
}

/** Null where there is none, or it is of another version or damaged: the demo then begins anew. */
export async function readGoogleState(file: string): Promise<GoogleState | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const state = JSON.parse(text) as GoogleState;
    return state.version === 1 ? state : null;
  } catch {
    return null;
  }
}

export async function forgetGoogleState(file: string): Promise<void> {
  await rm(file, { force: true });
}

const SAVE_AFTER_MS = 250;

/** Saves the spreadsheet soon after each change and when asked, one write at a time; the file is whole or the old one. */
export class GoogleStateKeeper {
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #stopListening: () => void;

  constructor(
    readonly file: string,
    readonly workbook: Workbook,
    readonly install: ScriptInstall,
  ) {
    this.#stopListening = workbook.onChange(() => this.soon());
  }

  soon(): void {
    this.#timer ??= setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#writing = this.#writing.then(() => this.#write()));
  }

  async close(): Promise<void> {
    this.#stopListening();
    await this.save();
  }

  async #write(): Promise<void> {
    const { workbook, install } = this;
    const state: GoogleState = {
      version: 1,
      spreadsheet: workbook.id,
      workbook: workbook.snapshot(),
      properties: install.project.documentProperties(workbook.id).all(),
    };
    await mkdir(dirname(this.file), { recursive: true });
    await writeFile(`${this.file}.new`, JSON.stringify(state));
    await rename(`${this.file}.new`, this.file);
  }
}
