import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { buildAddon } from '../../../addon/build.ts';
import { openBrowser } from '../browser.ts';
import { scenes, type SidebarScene } from './states.ts';

/**
 * Takes a picture of the built sidebar in every state, at the width Google gives it:
 * `npx tsx test/e2e/sidebar/look.ts --out DIR [--only NAME]`, the beginning of a name is enough
 */
const { values } = parseArgs({ options: { out: { type: 'string' }, only: { type: 'string' } } });
const out = values.out ?? '.tandem/sidebar';
await mkdir(out, { recursive: true });
const { outdir } = await buildAddon({ outdir: join(out, 'addon') });
const html = await readFile(join(outdir, 'sidebar.html'), 'utf8');
const browser = await openBrowser();
let failed = false;
try {
  const context = await browser.newContext({ viewport: { width: 300, height: 700 }, deviceScaleFactor: 1 });
  for (const scene of scenes.filter(({ name }) => name.startsWith(values.only ?? ''))) {
    const page = await context.newPage();
    page.setDefaultTimeout(5_000);
    page.on('pageerror', (error) => {
      failed = true;
      console.error(`${scene.name}: ${error.message}`);
    });
    await show(page, scene);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 300) {
      failed = true;
      console.error(`${scene.name}: ${wide} px wide, it does not fit the sidebar`);
    }
    await page.screenshot({ path: join(out, `${scene.name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
}
process.exitCode = failed ? 1 : 0;

async function show(page: Page, scene: SidebarScene): Promise<void> {
  const answers = Object.fromEntries(
    Object.entries(scene.api).map(([name, answer]) => [
      name,
      answer instanceof Error
        ? { ok: false, code: 'addon', message: answer.message }
        : answer === 'pending'
          ? 'pending'
          : { ok: true, value: answer },
    ]),
  );
  // Before the page's own script: as HtmlService puts it there.
  const fake = `<script>(() => {
    const answers = ${JSON.stringify(answers).replace(/</g, '\\u003c')};
    const runner = (succeed) => ({
      withSuccessHandler: (handler) => runner(handler),
      withFailureHandler: () => runner(succeed),
      rpc: (name) => {
        const answer = answers[name];
        if (answer !== 'pending') setTimeout(() => succeed(answer ?? { ok: true, value: null }), 5);
      },
    });
    window.google = { script: { run: runner(() => undefined) } };
  })()</script>`;
  await page.setContent(html.replace('<div id="app">', () => `${fake}<div id="app">`));
  await page.waitForTimeout(100);
  for (const name of scene.press ?? []) {
    await page.getByRole('button', { name, exact: false }).first().click();
    await page.waitForTimeout(100);
  }
  if (scene.api.progress !== undefined) await page.waitForTimeout(1_700);
  if (scene.end) await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await page.waitForTimeout(100);
}
