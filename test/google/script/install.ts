import type { AccessTokens } from '../accounts/access-tokens.ts';
import type { Account } from '../accounts/people.ts';
import type { SheetDocument } from './documents.ts';
import { Counters } from './counters.ts';
import type { EntrySpec, EventSpec } from './engine/messages.ts';
import type { Execution, ExecutionKind } from './execution.ts';
import type { ScriptProject } from './project.ts';
import type { ScriptRuntime } from './runtime.ts';
import type { AuthMode } from './scopes.ts';
import { ScriptError } from './service-error.ts';
import type { Trigger, Triggers } from './triggers.ts';
import type { Dialog, DialogAnswer, MenuItem, ShownHtml } from './ui-state.ts';

/** Source: guide for HTML service, "You can have at most 10 concurrent calls". More wait in the browser. */
const CLIENT_CALLS = 10;

export interface Failure {
  fn: string;
  error: Error;
  at: number;
}

/** What a script reaches beyond its document. */
export interface Home {
  readonly runtime: ScriptRuntime;
  readonly triggers: Triggers;
  readonly tokens: AccessTokens;
  /** Creates or copies a spreadsheet that belongs to the account; answers its id. */
  create(owner: Account, name: string, rows: number, columns: number): string;
  copy(document: SheetDocument, owner: Account, name: string): Promise<string>;
}

/** A script project at work in one document: bound to it, or an add-on enabled in it. */
export class ScriptInstall {
  readonly counters = new Counters();
  /** Executions that ended in an error nobody waited for: triggers, simple and installable. */
  readonly failures: Failure[] = [];
  /** Everything console and Logger wrote, oldest first. */
  readonly log: string[] = [];
  menus: { title: string; addon: boolean; items: MenuItem[] }[] = [];
  sidebar: ShownHtml | null = null;
  modal: ShownHtml | null = null;
  toasts: { message: string; title: string }[] = [];
  /** Answers `Ui.alert` and `Ui.prompt`; closes them unless told otherwise. */
  onDialog: (dialog: Dialog) => DialogAnswer | Promise<DialogAnswer> = () => ({ button: 'CLOSE' });
  /** Told when the script shows a sidebar or dialog. */
  onShow: (shown: ShownHtml, where: 'sidebar' | 'modal') => void = () => {};
  /** Told of every ended execution. */
  onEnd: (execution: Execution) => void = () => {};
  #clientCalls = 0;
  readonly #clientQueue: (() => void)[] = [];

  constructor(
    readonly home: Home,
    readonly project: ScriptProject,
    readonly document: SheetDocument | null,
    /** Who installed it, and as whom {@link run} runs unless told otherwise. */
    readonly person: Account,
    /** Mode of the simple onOpen: NONE for an add-on that was never used in this document. */
    readonly openMode: AuthMode,
  ) {}

  get runtime(): ScriptRuntime {
    return this.home.runtime;
  }

  get registry(): Triggers {
    return this.home.triggers;
  }

  /** The installing person's triggers. */
  get triggers(): Trigger[] {
    return this.registry.of(this, this.person);
  }

  /**
   * Calls a function as `google.script.run` does from the sidebar: only top-level functions without trailing `_`,
   * arguments and results checked and copied, ten at once. Rejects with what the failure handler would get.
   */
  async run(fn: string, args: unknown[] = [], { as = this.person } = {}): Promise<unknown> {
    const functions = await this.functions();
    if (!functions.has(fn) || fn.endsWith('_')) {
      // In the browser the method is simply not there.
      throw new TypeError(`google.script.run.${fn} is not a function`);
    }
    const text = JSON.stringify(args.map((arg, index) => clientArgument(arg, index)));
    if (this.#clientCalls >= CLIENT_CALLS) await new Promise<void>((resolve) => this.#clientQueue.push(resolve));
    this.#clientCalls++;
    try {
      const json = await this.start('client', 'FULL', { kind: 'call', fn, args: text, from: 'client' }, as);
      return json === undefined ? null : (JSON.parse(json) as unknown);
    } finally {
      this.#clientCalls--;
      this.#clientQueue.shift()?.();
    }
  }

  /** Runs a function as the script editor's Run button does. */
  async runInEditor(fn: string, { as = this.person } = {}): Promise<void> {
    await this.start('editor', 'FULL', { kind: 'call', fn, args: '[]', from: 'editor' }, as);
  }

  /** Clicks a menu item by its caption, in this script's menus. */
  async clickMenu(caption: string, { as = this.person } = {}): Promise<void> {
    const item = findItem(
      this.menus.flatMap((menu) => menu.items),
      caption,
    );
    if (!item?.fn) {
      const captions = this.menus.flatMap((menu) => menu.items.map((each) => each.caption));
      throw new Error(`No menu item "${caption}" (there are: ${captions.join(', ')}).`);
    }
    await this.start('menu', 'FULL', { kind: 'call', fn: item.fn, args: '[]', from: 'menu' }, as);
  }

  /** A person opens the document: the menus are built anew. */
  async open(as: Account = this.person): Promise<void> {
    this.menus = [];
    await this.simple('onOpen', this.openMode, { fields: {}, source: true, user: { email: as.email } }, as);
    const { document } = this;
    if (!document) return;
    for (const trigger of this.registry.listening('ON_OPEN', document.id)) {
      if (trigger.install === this) {
        await this.registry.fire(trigger, { fields: {}, source: true, user: { email: as.email } });
      }
    }
  }

  /** Opens the sidebar the way people do, through a menu item; answers its HTML. */
  async openSidebar(caption?: string): Promise<string> {
    const items = this.menus.flatMap((menu) => menu.items);
    const wanted =
      caption ?? items.find((item) => /sidebar|open/i.test(item.caption))?.caption ?? items[0]?.caption ?? '';
    await this.clickMenu(wanted);
    if (!this.sidebar) throw new Error(`"${wanted}" showed no sidebar.`);
    return this.sidebar.html;
  }

  /** Runs a simple trigger if the script has one. Its failures are silent to people and end on the list. */
  async simple(fn: string, mode: AuthMode, event: Omit<EventSpec, 'authMode'>, as: Account): Promise<void> {
    try {
      if (!(await this.functions()).has(fn)) return;
      await this.start('simple', mode, { kind: 'event', fn, event: { ...event, authMode: mode } }, as);
    } catch {
      // Already on the list.
    }
  }

  /** Starts an execution. */
  async start(
    kind: ExecutionKind,
    mode: AuthMode,
    entry: EntrySpec,
    user: Account,
    actor: Account | null = user,
  ): Promise<string | undefined> {
    try {
      return await this.runtime.start({ install: this, kind, mode, entry, user, actor });
    } catch (error) {
      if (kind === 'trigger' || kind === 'simple') this.failed(entry.kind === 'list' ? '' : entry.fn, error as Error);
      throw error;
    }
  }

  failed(fn: string, error: Error): void {
    this.failures.push({ fn, error, at: this.runtime.clock.now() });
  }

  ended(execution: Execution): void {
    this.log.push(...execution.log);
    this.onEnd(execution);
  }

  /** Top-level functions of the code. */
  async functions(): Promise<ReadonlySet<string>> {
    const { project } = this;
    if (!project.functions) {
      const json = await this.start('load', 'NONE', { kind: 'list' }, this.person);
      project.functions = new Set(JSON.parse(json ?? '[]') as string[]);
    }
    return project.functions;
  }
}

function findItem(items: MenuItem[], caption: string): MenuItem | undefined {
  for (const item of items) {
    if (item.caption === caption) return item;
    const inner = item.items && findItem(item.items, caption);
    if (inner) return inner;
  }
  return undefined;
}

/**
 * What `google.script.run` accepts: primitives, null, arrays and plain objects of these. Source: guide for HTML
 * service, "Parameters and return values": a Date, a function or a DOM element (forms aside) is refused.
 */
function clientArgument(value: unknown, index: number): unknown {
  const bad = findIllegal(value);
  if (bad)
    throw new ScriptError(`Failed due to illegal value in property: ${bad === '.' ? index : bad}`, 'TypeError', '');
  return value === undefined ? null : value;
}

function findIllegal(value: unknown, path = '.'): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return path;
  if (typeof value !== 'object') return null;
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return path;
  for (const [key, inner] of Object.entries(value)) {
    const bad = findIllegal(inner, key);
    if (bad) return bad;
  }
  return null;
}
