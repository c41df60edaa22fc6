import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const systemBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Quiet flags: no sandbox (tests run as root in containers), no QUIC, nothing fetched in the background. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
];

interface Executable {
  path: string;
  env: Record<string, string>;
  flags: string[];
}

/**
 * The browser to drive: `TANDEM_BROWSER` (a path, or `sparticuz` for the one from npm), else an installed Chromium or
 * Chrome, else the one from npm.
 */
async function findBrowser(): Promise<Executable> {
  const wanted = process.env.TANDEM_BROWSER;
  if (wanted !== undefined && wanted !== '' && wanted !== 'sparticuz') {
    if (!existsSync(wanted)) throw new Error(`TANDEM_BROWSER is ${wanted}, but there is no such file.`);
    return { path: wanted, env: {}, flags: [] };
  }
  const installed = wanted === 'sparticuz' ? undefined : systemBrowsers.find((path) => existsSync(path));
  return installed === undefined ? await unpackedBrowser() : { path: installed, env: {}, flags: [] };
}

/**
 * Unpacks the Chromium of `@sparticuz/chromium` with the shared libraries it needs where the system has none (it ships
 * Amazon Linux 2023's). The package unpacks into the temporary folder and takes whatever stands there for finished, so
 * it is given a folder of its own, which is moved into place only when it is whole.
 */
async function unpackedBrowser(): Promise<Executable> {
  const home = join(tmpdir(), `tandem-chromium-${process.getuid?.() ?? 0}`);
  if (!existsSync(home)) {
    const staging = await mkdtemp(join(tmpdir(), 'tandem-chromium-unpack-'));
    const before = { TMPDIR: process.env.TMPDIR, AWS_LAMBDA_JS_RUNTIME: process.env.AWS_LAMBDA_JS_RUNTIME };
    process.env.TMPDIR = staging;
    // The package's switch for "bring the libraries too".
    process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs20.x';
    try {
      const { default: packed } = await import('@sparticuz/chromium');
      await packed.executablePath();
      const fontConfig = join(staging, 'fonts', 'fonts.conf');
      await writeFile(fontConfig, (await readFile(fontConfig, 'utf8')).replaceAll('/tmp/fonts', join(home, 'fonts')));
      await rename(staging, home).catch(async (error: unknown) => {
        // Another process was faster.
        if (!existsSync(home)) throw error;
        await rm(staging, { recursive: true });
      });
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  }
  return {
    path: join(home, 'chromium'),
    env: {
      LD_LIBRARY_PATH: [join(home, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH ?? ''].filter(Boolean).join(':'),
      // The package brings one font, for machines that have none.
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(home, 'fonts') }),
    },
    flags: ['--no-zygote', '--disable-setuid-sandbox'],
  };
}

/** Starts a browser with an empty profile. Close it with `close()`. */
export async function openBrowser(): Promise<Browser> {
  const found = await findBrowser();
  await mkdir(tmpdir(), { recursive: true });
  try {
    return await chromium.launch({
      executablePath: found.path,
      headless: true,
      args: [...flags, ...found.flags],
      env: { ...(process.env as Record<string, string>), ...found.env },
    });
  } catch (error) {
    throw new Error(
      `The browser at ${found.path} did not start. Install Chromium or Chrome, or set TANDEM_BROWSER to its path.`,
      { cause: error },
    );
  }
}
