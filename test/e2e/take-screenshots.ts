import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { bootDemo } from '../google/demo/boot.ts';
import { linkCompanies } from '../google/demo/link-companies.ts';
import { serveDemo } from '../google/demo/server.ts';
import { Stage } from '../google/demo/stage.ts';
import { StoryTable } from '../google/demo/story/story-table.ts';
import { openBrowser } from './browser.ts';
import { palettePng } from './palette-png.ts';

/**
 * Takes docs/demo.png for the README from the running demo, as a person would see it after a few edits:
 * `npx tsx test/e2e/take-screenshots.ts`
 */
const FILE = fileURLToPath(new URL('../../docs/demo.png', import.meta.url));

async function takeScreenshots(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tandem-screenshot-'));
  const demo = await bootDemo({ dataDir, clock: 'wall', durable: false, keep: false });
  const stage = new Stage(demo);
  const server = await serveDemo(demo, stage, 0, () => {});
  const browser = await openBrowser();
  try {
    await linkCompanies(demo.sidebar, 'companies', () => {});
    await demo.findTable();
    const companies = new StoryTable(demo);
    await companies.run('alter table companies add constraint cik_positive check (cik > 0)');
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 });
    await page.goto(server.url);
    await page.getByRole('grid').waitFor();
    const type = async (symbol: string, header: string, text: string) => {
      await page.locator(`.sheet [data-cell="${companies.row(symbol)},${companies.column(header)}"]`).click();
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
      await demo.idle();
    };
    await type('AOS', 'Security', 'A. O. Smith Corporation');
    await page
      .getByLabel('SQL', { exact: true })
      .fill(`update companies set gics_sector = 'Software & services'\nwhere symbol in ('ACN', 'ADBE', 'AKAM')`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('UPDATE 3 in').waitFor();
    await type('AFL', 'CIK', '-4977');
    await page.getByRole('button', { name: 'Tick now' }).click();
    await page.locator('.sheet .noted').waitFor();
    await page.locator('.sheet .noted').click();
    const look = page.frameLocator('iframe[title="Tandem"]').getByRole('button', { name: /sync now/i });
    await look.click();
    await demo.idle();
    await page.locator('.sheet .noted').click();
    // The tints of what just changed have faded by then.
    await page.waitForTimeout(2500);
    const png = await page.screenshot();
    const { width, height, pixels } = await decode(await browser.newPage(), png);
    const small = palettePng(pixels, width, height);
    await writeFile(FILE, small);
    console.log(`${FILE}: ${width} × ${height}, ${Math.round(small.length / 1024)} KB`);
  } finally {
    await browser.close();
    await server.close();
    await stage.close();
    await demo.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The pixels of a PNG, by the browser that made it. */
async function decode(page: Page, png: Buffer): Promise<{ width: number; height: number; pixels: Uint8Array }> {
  const { width, height, base64 } = await page.evaluate(async (source) => {
    const image = new Image();
    image.src = `data:image/png;base64,${source}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let text = '';
    for (let at = 0; at < data.length; at += 32_768) text += String.fromCharCode(...data.subarray(at, at + 32_768));
    return { width: image.width, height: image.height, base64: btoa(text) };
  }, png.toString('base64'));
  return { width, height, pixels: Buffer.from(base64, 'base64') };
}

await takeScreenshots();
