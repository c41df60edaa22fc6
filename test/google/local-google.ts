import { AccessTokens } from './accounts/access-tokens.ts';
import { Issuer } from './accounts/issuer.ts';
import { type Account, createAccount } from './accounts/people.ts';
import { Person } from './person.ts';
import { Clock, type ClockMode } from './script/clock.ts';
import { SheetDocument } from './script/documents.ts';
import { type Home, ScriptInstall } from './script/install.ts';
import { Network } from './script/network.ts';
import { type ProjectSource, ScriptProject } from './script/project.ts';
import { ScriptRuntime } from './script/runtime.ts';
import type { AuthMode } from './script/scopes.ts';
import { Triggers } from './script/triggers.ts';
import type { LocaleCode } from './workbook/locale.ts';
import { resize } from './workbook/structure.ts';
import { Workbook } from './workbook/workbook.ts';

export interface LocalGoogleOptions {
  /** First moment of the clock: milliseconds or ISO text. Virtual time begins on a fixed day, wall time now. */
  startAt?: number | string;
  clock?: ClockMode;
  /** Port of the OpenID issuer; 0 (any) by default. */
  port?: number;
}

export interface SpreadsheetOptions {
  id?: string;
  title?: string;
  owner?: Person;
  locale?: LocaleCode;
  timeZone?: string;
}

export interface InstallOptions {
  spreadsheet: SheetDocument | null;
  /** Folder with Code.js, appsscript.json and the HTML files; or the same as text. */
  dir?: string;
  source?: ProjectSource;
  /** The same project in another document (add-on), instead of dir or source. */
  project?: ScriptProject;
  person: Person;
  /** Published as an add-on: hourly triggers, one of a kind. Otherwise bound to the document. */
  asAddon?: boolean;
  /** Mode of the simple onOpen; LIMITED unless an add-on that was never used here should be played (NONE). */
  authMode?: AuthMode;
  /** Scopes the person grants; all of the manifest's by default. */
  granted?: readonly string[] | 'all';
  /** OAuth client id, the audience of identity tokens. */
  clientId?: string;
}

const START = Date.UTC(2026, 0, 5, 9);

/** A Google of one's own: accounts, spreadsheets, scripts in them, people at them, and one clock. */
export class LocalGoogle implements Home {
  readonly clock: Clock;
  readonly issuer: Issuer;
  readonly tokens: AccessTokens;
  readonly network = new Network();
  readonly runtime: ScriptRuntime;
  readonly triggers: Triggers;
  readonly installs: ScriptInstall[] = [];
  readonly #people = new Map<string, Person>();

  constructor(options: LocalGoogleOptions = {}) {
    const mode = options.clock ?? 'virtual';
    const start = options.startAt ?? (mode === 'wall' ? Date.now() : START);
    this.clock = new Clock(mode, typeof start === 'string' ? Date.parse(start) : start);
    // Verifiers compare a token's times with real time, so tokens go by it whatever the clock says.
    this.issuer = new Issuer(Date.now);
    this.tokens = new AccessTokens(() => this.clock.now());
    this.runtime = new ScriptRuntime(this.clock, this.issuer, this.network);
    this.triggers = new Triggers(this.runtime);
  }

  get documents(): SheetDocument[] {
    return [...this.runtime.documents.values()];
  }

  person(email: string, account: Partial<Account> = {}): Person {
    let person = this.#people.get(email);
    if (!person) this.#people.set(email, (person = new Person(this, createAccount(email, account))));
    return person;
  }

  /** A new spreadsheet with one empty tab. */
  createSpreadsheet(options: SpreadsheetOptions = {}): SheetDocument {
    const owner = options.owner ?? this.person('owner@example.com');
    const { owner: _, ...rest } = options;
    const workbook = new Workbook({ ...rest, owner: owner.email, now: () => this.clock.now() });
    workbook.addTab();
    return this.addDocument(new SheetDocument(workbook, owner.account));
  }

  addDocument(document: SheetDocument): SheetDocument {
    this.runtime.documents.set(document.id, document);
    return document;
  }

  /** File > Make a copy. The bound script comes along, without its triggers, properties and grants. */
  async copySpreadsheet(document: SheetDocument, person: Person, title?: string): Promise<SheetDocument> {
    const workbook = document.workbook.copy({ owner: person.email, ...(title === undefined ? {} : { title }) });
    const copy = this.addDocument(new SheetDocument(workbook, person.account));
    for (const install of this.installs.filter((each) => each.document === document && !each.project.asAddon)) {
      const source = { files: install.project.sources, manifest: install.project.manifest };
      await this.installScript({ spreadsheet: copy, source, person, clientId: install.project.clientId });
    }
    return copy;
  }

  create(owner: Account, name: string, rows: number, columns: number): string {
    const document = this.createSpreadsheet({ title: name, owner: this.person(owner.email) });
    resize(document.workbook.tabs[0]!, rows, columns);
    return document.id;
  }

  async copy(document: SheetDocument, owner: Account, name: string): Promise<string> {
    return (await this.copySpreadsheet(document, this.person(owner.email), name)).id;
  }

  /** Puts a script project into a document, as installing an add-on or opening the script editor does. */
  async installScript(options: InstallOptions): Promise<ScriptInstall> {
    const { spreadsheet, person } = options;
    const asAddon = options.project?.asAddon ?? options.asAddon ?? false;
    const source = options.source ?? (options.dir === undefined ? undefined : { dir: options.dir });
    if (!options.project && !source) throw new Error('installScript needs dir, source or project.');
    const project = options.project ?? new ScriptProject(source!, asAddon, () => this.clock.now(), options.clientId);
    const granted = options.granted ?? 'all';
    project.grants.set(person.account.sub, granted === 'all' ? 'all' : new Set(granted));
    const mode = options.authMode ?? 'LIMITED';
    const install = new ScriptInstall(this, project, spreadsheet, person.account, mode);
    this.installs.push(install);
    if (asAddon && spreadsheet) {
      await install.simple('onInstall', 'FULL', { fields: {}, source: true, user: person.account }, person.account);
    }
    if (spreadsheet) await install.open(person.account);
    return install;
  }

  /** The scripts at work in a document. */
  installsIn(document: SheetDocument): ScriptInstall[] {
    return this.installs.filter((install) => install.document === document);
  }

  /** Moves time on; time-driven triggers fire in order, each run settling before the next begins. */
  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.idle();
  }

  /** Resolves when no script runs. */
  idle(): Promise<void> {
    return this.runtime.idle();
  }

  async close(): Promise<void> {
    await this.runtime.close();
    await this.issuer.close();
  }
}

export async function createLocalGoogle(options: LocalGoogleOptions = {}): Promise<LocalGoogle> {
  const google = new LocalGoogle(options);
  await google.issuer.listen(options.port ?? 0);
  return google;
}
