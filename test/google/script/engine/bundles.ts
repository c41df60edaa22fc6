import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** JavaScript for the worker thread and, for inside the script's realm, the face. Built once a process. */
export interface Bundles {
  worker: string;
  face: string;
}

let bundles: Bundles | undefined;

export function buildBundles(): Bundles {
  bundles ??= {
    worker: bundle('./worker.ts', 'cjs'),
    // An expression, so that running the script yields the face's exports and leaves no global behind.
    face: `(() => {${bundle('../face/main.ts', 'iife')}; return face; })()`,
  };
  return bundles;
}

function bundle(entry: string, format: 'cjs' | 'iife'): string {
  const result = buildSync({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    // Not the folder's: type-only imports must go, whatever the type checker wants of them.
    tsconfigRaw: {},
    format,
    target: 'node20',
    platform: format === 'cjs' ? 'node' : 'neutral',
    ...(format === 'iife' ? { globalName: 'face' } : {}),
  });
  return result.outputFiles[0]!.text;
}
