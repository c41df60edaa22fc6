import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { checkSyntax } from './check-syntax.ts';
import type { ScriptFile } from './engine/messages.ts';
import { PropertyStore } from './property-store.ts';
import { ScriptCache } from './script-cache.ts';

export interface Manifest {
  timeZone?: string;
  runtimeVersion?: string;
  oauthScopes?: string[];
  urlFetchWhitelist?: string[];
  addOns?: Record<string, unknown>;
}

/** Where a project's code comes from: a folder as clasp pushes it, or sources given by a test. */
export type ProjectSource = { dir: string } | { files: Record<string, string>; manifest?: Manifest };

/** One script project: its code, what it remembers and who allowed it what. Several documents can have it (add-on). */
export class ScriptProject {
  readonly id: string = randomUUID();
  /** OAuth client id: the audience of identity tokens. */
  readonly clientId: string;
  readonly manifest: Manifest;
  readonly files: ScriptFile[];
  readonly html: ReadonlyMap<string, string>;
  /** All of it by path, as given. */
  readonly sources: Readonly<Record<string, string>>;
  readonly scriptProperties = new PropertyStore();
  readonly #userProperties = new Map<string, PropertyStore>();
  readonly #documentProperties = new Map<string, PropertyStore>();
  readonly #caches = new Map<string, ScriptCache>();
  /** Scopes each person granted, by sub. */
  readonly grants = new Map<string, ReadonlySet<string> | 'all'>();
  /** Top-level functions of the code; null until the code was first loaded. */
  functions: ReadonlySet<string> | null = null;

  constructor(
    source: ProjectSource,
    readonly asAddon: boolean,
    readonly now: () => number,
    clientId?: string,
  ) {
    const { manifest, files, html, sources } = 'dir' in source ? readFolder(source.dir) : readFiles(source);
    this.sources = sources;
    this.manifest = manifest;
    checkSyntax(files);
    this.files = files;
    this.html = html;
    this.clientId = clientId ?? `${this.id.replaceAll('-', '').slice(0, 12)}.apps.localgoogle.test`;
  }

  get timeZone(): string {
    return this.manifest.timeZone ?? 'Etc/GMT';
  }

  userProperties(sub: string): PropertyStore {
    return entry(this.#userProperties, sub, () => new PropertyStore());
  }

  documentProperties(spreadsheet: string): PropertyStore {
    return entry(this.#documentProperties, spreadsheet, () => new PropertyStore());
  }

  cache(key: string): ScriptCache {
    return entry(this.#caches, key, () => new ScriptCache(this.now));
  }
}

function entry<V>(map: Map<string, V>, key: string, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}

function readFolder(dir: string): Pick<ScriptProject, 'manifest' | 'files' | 'html' | 'sources'> {
  if (!existsSync(join(dir, 'appsscript.json'))) {
    throw new Error(`${dir} holds no appsscript.json. Build the add-on first: npm run build.`);
  }
  const sources: Record<string, string> = {};
  for (const path of readdirSync(dir, { recursive: true }) as string[]) {
    const full = join(dir, path);
    if (/\.(js|gs|html)$/.test(path) && statSync(full).isFile()) {
      sources[relative(dir, full).split(sep).join('/')] = readFileSync(full, 'utf8');
    }
  }
  const manifest = JSON.parse(readFileSync(join(dir, 'appsscript.json'), 'utf8')) as Manifest;
  return readFiles({ files: sources, manifest });
}

function readFiles(source: { files: Record<string, string>; manifest?: Manifest }) {
  const files: ScriptFile[] = [];
  const html = new Map<string, string>();
  // All files share one global scope; Apps Script loads them in the project's order, which clasp makes alphabetical.
  for (const [path, text] of Object.entries(source.files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = path.replace(/\.(js|gs|html)$/, '');
    if (path.endsWith('.html')) html.set(name, text);
    else files.push({ name, source: text, key: createHash('sha1').update(path).update(text).digest('hex') });
  }
  return { manifest: source.manifest ?? {}, files, html, sources: source.files };
}
