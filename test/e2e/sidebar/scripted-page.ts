import type { Browser, Page } from 'playwright-core';
import type { RpcAnswer, SidebarApi } from '../../../addon/src/rpc.ts';

/** What the add-on answers; an `Error` is a refusal with its `code`; a promise that stays open is an answer that never comes. */
export type Answers = { [Name in keyof SidebarApi]?: (...args: Parameters<SidebarApi[Name]>) => unknown };

export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The built sidebar at the width Google gives it, over a scripted add-on, on a clock that a test moves on. */
export class ScriptedPage {
  answers: Answers = {};
  readonly calls: { name: string; args: unknown[] }[] = [];
  readonly faults: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly html: string,
  ) {}

  static async open(browser: Browser, html: string): Promise<ScriptedPage> {
    const page = await browser.newPage({ viewport: { width: 300, height: 700 } });
    page.setDefaultTimeout(10_000);
    // Before the page's own script: as HtmlService puts it there.
    const fake = `<script>
      const runner = (succeed) => ({
        withSuccessHandler: (handler) => runner(handler),
        withFailureHandler: () => runner(succeed),
        rpc: (name, args) => void window.addon(name, args).then(succeed),
      });
      window.google = { script: { run: runner(() => undefined) } };
    </script>`;
    const scripted = new ScriptedPage(
      page,
      html.replace('<div id="app">', () => `${fake}<div id="app">`),
    );
    page.on('pageerror', (error) => scripted.faults.push(error.message));
    await page.clock.install();
    await page.exposeFunction('addon', (name: keyof SidebarApi, args: unknown[]) => scripted.answer(name, args));
    return scripted;
  }

  /** A sidebar that was just opened, over other answers. */
  async begin(answers: Answers): Promise<void> {
    this.answers = answers;
    this.calls.length = 0;
    await this.page.goto('about:blank');
    await this.page.setContent(this.html);
  }

  private async answer(name: keyof SidebarApi, args: unknown[]): Promise<RpcAnswer<unknown>> {
    if (name !== 'progress') this.calls.push({ name, args });
    try {
      const value = await (this.answers[name] as ((...all: unknown[]) => unknown) | undefined)?.(...args);
      return { ok: true, value: value ?? null };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { ok: false, code: error.code, message: error.message };
    }
  }

  press(name: string | RegExp): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  sees(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor();
  }

  count(name: keyof SidebarApi): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  /** Everything that a person can read. */
  text(): Promise<string> {
    return this.page.locator('main').innerText();
  }
}
