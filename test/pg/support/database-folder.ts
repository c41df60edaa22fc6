import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startEmbedded, type EmbeddedDatabase, type EmbeddedOptions } from '../../../api/database/embedded.ts';

/** Cases about root need to be root, and the others to find their way without. */
export const isRoot = process.getuid?.() === 0;

/** Says why a case is skipped; vitest prints the title. */
export const asRoot = isRoot ? '' : ' (skipped: only root can run this case)';

/** A folder that is gone after the test; mode 0755 unless told, so that every user can pass through. */
export async function temporaryFolder(mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-case-'));
  await chmod(folder, mode);
  // A server that was killed may have a last file to write or remove.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 }));
  return folder;
}

/** An embedded server without fsync that is stopped after the test. */
export async function startForTest(home: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedDatabase> {
  const server = await startEmbedded({ home, durable: false, ...options });
  onTestFinished(() => server.stop());
  return server;
}
