import { BlobFace } from './blob.ts';
import { makeEnum } from './enums.ts';
import { call } from './rpc.ts';

import Html = GoogleAppsScript.HTML;

const SandboxMode = makeEnum<typeof Html.SandboxMode>('EMULATED', 'IFRAME', 'NATIVE');
const XFrameOptionsMode = makeEnum<typeof Html.XFrameOptionsMode>('ALLOWALL', 'DEFAULT');

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => escapes[c]!);

export class HtmlOutputFace implements Html.HtmlOutput {
  #content: string;
  #title = '';
  #width: number | null = null;
  #height: number | null = null;
  #favicon = '';
  readonly #meta: Html.HtmlOutputMetaTag[] = [];

  constructor(content = '') {
    this.#content = content;
  }

  getContent(): string {
    return this.#content;
  }

  setContent(content: string): this {
    this.#content = content;
    return this;
  }

  append(content: string): this {
    this.#content += content;
    return this;
  }

  appendUntrusted(content: string): this {
    return this.append(escapeHtml(content));
  }

  clear(): this {
    return this.setContent('');
  }

  getTitle(): string {
    return this.#title;
  }

  setTitle(title: string): this {
    this.#title = title;
    return this;
  }

  /** Null where none is set, whatever the declared type says. */
  getWidth(): number {
    return this.#width as number;
  }

  setWidth(width: number): this {
    this.#width = width;
    return this;
  }

  getHeight(): number {
    return this.#height as number;
  }

  setHeight(height: number): this {
    this.#height = height;
    return this;
  }

  getFaviconUrl(): string {
    return this.#favicon;
  }

  setFaviconUrl(url: string): this {
    this.#favicon = url;
    return this;
  }

  addMetaTag(name: string, content: string): this {
    this.#meta.push({ getName: () => name, getContent: () => content });
    return this;
  }

  getMetaTags(): Html.HtmlOutputMetaTag[] {
    return this.#meta;
  }

  setSandboxMode(): this {
    return this;
  }

  setXFrameOptionsMode(): this {
    return this;
  }

  asTemplate(): HtmlTemplateFace {
    return new HtmlTemplateFace(this.#content);
  }

  getBlob(): BlobFace {
    return BlobFace.ofText(this.#content, 'text/html');
  }

  getAs(): BlobFace {
    return this.getBlob();
  }
}

/** A template: `<? code ?>`, `<?= escaped ?>`, `<?!= raw ?>`; properties set on it are variables of the code. */
export class HtmlTemplateFace implements Html.HtmlTemplate {
  [name: string]: unknown;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  getRawContent(): string {
    return this.#source;
  }

  getCode(): string {
    let code = 'var output = HtmlService.createHtmlOutput();\n';
    let last = 0;
    for (const match of this.#source.matchAll(/<\?(!=|=)?([\s\S]*?)\?>/g)) {
      code += `output.append(${JSON.stringify(this.#source.slice(last, match.index))});\n`;
      const [whole, kind, body] = match;
      if (kind === '=') code += `output.appendUntrusted(String(${body}));\n`;
      else if (kind === '!=') code += `output.append(String(${body}));\n`;
      else code += `${body}\n`;
      last = match.index + whole.length;
    }
    return `${code}output.append(${JSON.stringify(this.#source.slice(last))});\nreturn output;`;
  }

  getCodeWithComments(): string {
    return this.getCode();
  }

  evaluate(): HtmlOutputFace {
    const names = Object.keys(this);
    const run = new Function(...names, this.getCode()) as (...values: unknown[]) => HtmlOutputFace;
    return run(...names.map((name) => this[name]));
  }
}

export class HtmlServiceFace implements Html.HtmlService {
  readonly SandboxMode = SandboxMode;
  readonly XFrameOptionsMode = XFrameOptionsMode;

  createHtmlOutput(content: string | GoogleAppsScript.Base.BlobSource = ''): HtmlOutputFace {
    return new HtmlOutputFace(textOf(content));
  }

  createHtmlOutputFromFile(name: string): HtmlOutputFace {
    return new HtmlOutputFace(call('HtmlService.readFile', name));
  }

  createTemplate(content: string | GoogleAppsScript.Base.BlobSource): HtmlTemplateFace {
    return new HtmlTemplateFace(textOf(content));
  }

  createTemplateFromFile(name: string): HtmlTemplateFace {
    return new HtmlTemplateFace(call('HtmlService.readFile', name));
  }

  getUserAgent(): string {
    return '';
  }
}

function textOf(content: string | GoogleAppsScript.Base.BlobSource): string {
  return typeof content === 'string' ? content : content.getBlob().getDataAsString();
}
