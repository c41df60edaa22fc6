import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const HERE = import.meta.dirname;
const NAMESPACE = 'Tandem';

/** Where `npm start` answers by default: reachable by the local Google only. */
export const LOCAL_API_URL = 'http://127.0.0.1:8080';

export interface BuildOptions {
  /** Where the add-on's API answers; written into the bundle and into the manifest's allowlist. */
  apiUrl?: string;
  outdir?: string;
  /** A development build: not minified, and with the probe in its menu. */
  dev?: boolean;
}

export interface BuiltAddon {
  outdir: string;
  apiUrl: string;
  /** Names of the top-level functions of Code.js. */
  entryPoints: string[];
  bytes: { code: number; sidebar: number };
}

/**
 * Writes the add-on as Apps Script takes it: `Code.js`, `sidebar.html` and `appsscript.json`.
 * @throws Error with a sentence if the API's URL is unusable
 */
export async function buildAddon(options: BuildOptions = {}): Promise<BuiltAddon> {
  const apiUrl = checkApiUrl(options.apiUrl ?? LOCAL_API_URL);
  const outdir = resolve(options.outdir ?? join(HERE, '..', 'dist', 'addon'));
  const dev = options.dev ?? false;
  const [script, sidebar, manifest] = await Promise.all([
    bundleScript(apiUrl, dev),
    bundleSidebar(dev),
    readFile(join(HERE, 'appsscript.json'), 'utf8'),
  ]);
  await mkdir(outdir, { recursive: true });
  await Promise.all([
    writeFile(join(outdir, 'Code.js'), script.code),
    writeFile(join(outdir, 'sidebar.html'), sidebar),
    writeFile(join(outdir, 'appsscript.json'), withAllowlist(manifest, apiUrl)),
  ]);
  return {
    outdir,
    apiUrl,
    entryPoints: script.entryPoints,
    bytes: { code: Buffer.byteLength(script.code), sidebar: Buffer.byteLength(sidebar) },
  };
}

/** Apps Script has no modules: one script whose exports become top-level functions, as triggers and menus need them. */
async function bundleScript(apiUrl: string, dev: boolean): Promise<{ code: string; entryPoints: string[] }> {
  const entry = join(HERE, 'src', dev ? 'probe.ts' : 'main.ts');
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: NAMESPACE,
    // Newer syntax is a parse error there: #private members and static class fields.
    target: 'es2019',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    charset: 'utf8',
    minifySyntax: !dev,
    minifyWhitespace: !dev,
    legalComments: 'none',
    define: { TANDEM_API_URL: JSON.stringify(apiUrl) },
  });
  const output = Object.values(result.metafile.outputs)[0]!;
  // The exports of the entry file as esbuild resolved them: a function added to it needs no second list.
  const entryPoints = await exportsOf(entry);
  if (output.entryPoint === undefined) throw new Error('esbuild reported no entry point.');
  const footer = entryPoints
    .map((name) => `function ${name}(){return ${NAMESPACE}.${name}.apply(this,arguments)}`)
    .join('\n');
  return { code: `${result.outputFiles[0]!.text}${footer}\n`, entryPoints };
}

async function exportsOf(file: string): Promise<string[]> {
  const result = await build({
    entryPoints: [file],
    // Follows `export *`.
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    outdir: '.',
  });
  return Object.values(result.metafile.outputs)[0]!.exports;
}

/** One HTML file: HtmlService serves no others. */
async function bundleSidebar(dev: boolean): Promise<string> {
  const result = await build({
    entryPoints: [join(HERE, 'sidebar', 'main.tsx')],
    bundle: true,
    write: false,
    outdir: '.',
    format: 'iife',
    target: 'es2020',
    platform: 'browser',
    charset: 'utf8',
    minify: !dev,
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  const text = (ending: string): string => result.outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
  const html = await readFile(join(HERE, 'sidebar', 'sidebar.html'), 'utf8');
  // Replacement functions: a `$&` in the code must stay what it is. `</script` would end the element early.
  return html
    .replace('/* css */', () => text('.css').trim())
    .replace('/* js */', () =>
      text('.js')
        .trim()
        .replace(/<\/(script)/gi, '<\\/$1'),
    );
}

/** Google allows https prefixes with a path only; a local build, which Google never runs, has no list: an empty one forbids all. */
function withAllowlist(manifest: string, apiUrl: string): string {
  const parsed = JSON.parse(manifest) as { urlFetchWhitelist?: string[] };
  if (apiUrl.startsWith('https:')) parsed.urlFetchWhitelist = [`${apiUrl}/v1/`];
  else delete parsed.urlFetchWhitelist;
  return JSON.stringify(parsed, null, 2) + '\n';
}

/** Without trailing slash. */
function checkApiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new Error(
      `TANDEM_API_URL must be the address of your Tandem API, like https://tandem.example.com; it is "${text}".`,
    );
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** Build options from the command line and the environment. */
export function buildOptions(args: readonly string[], env: NodeJS.ProcessEnv): BuildOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { 'api-url': { type: 'string' }, outdir: { type: 'string' }, dev: { type: 'boolean' } },
  });
  const apiUrl = values['api-url'] ?? env['TANDEM_API_URL'];
  return {
    ...(apiUrl ? { apiUrl } : {}),
    ...(values.outdir ? { outdir: values.outdir } : {}),
    dev: values.dev ?? false,
  };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const { outdir, apiUrl, bytes } = await buildAddon(buildOptions(process.argv.slice(2), process.env));
    const kb = (n: number): string => `${Math.round(n / 1024)} KB`;
    console.log(
      `Built the add-on for ${apiUrl} in ${outdir}: Code.js ${kb(bytes.code)}, sidebar.html ${kb(bytes.sidebar)}.`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
