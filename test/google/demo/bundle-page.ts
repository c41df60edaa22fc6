import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The demo's page as one HTML document: Preact, styles and all inlined, so that one request brings it up. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page/main.tsx', import.meta.url))],
    bundle: true,
    write: false,
    outdir: 'page',
    format: 'iife',
    target: 'es2022',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const text = (extension: string) => outputFiles.find((file) => file.path.endsWith(extension))?.text ?? '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tandem demo</title>
<link rel="icon" href="data:,">
<style>${text('.css')}</style>
</head>
<body>
<div id="app"></div>
<script>${text('.js').replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}
