import { spawn } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAddon } from './build.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** What stands in the way of a deployment, as a sentence that says what to do. */
export class NotReady extends Error {}

export interface DeployPlan {
  apiUrl: string;
  scriptId: string;
}

/**
 * Checks what a deployment needs before anything is built or sent.
 * @throws NotReady naming everything that is missing, one sentence a line
 */
export function planDeploy(env: NodeJS.ProcessEnv, claspJson: string | null, signedIn: boolean): DeployPlan {
  const missing: string[] = [];
  const apiUrl = env['TANDEM_API_URL'] ?? '';
  if (apiUrl === '') {
    missing.push('Set TANDEM_API_URL to the https address of your Tandem API, for example https://tandem.example.com.');
  } else if (!apiUrl.startsWith('https://')) {
    missing.push(`TANDEM_API_URL must begin with https://, because Google calls nothing else; it is "${apiUrl}".`);
  }
  const scriptId = scriptIdIn(claspJson);
  if (claspJson === null) {
    missing.push('There is no .clasp.json. Restore it from the repository, or make one with "rootDir": "dist/addon".');
  } else if (scriptId === '') {
    missing.push(
      'The "scriptId" in .clasp.json is empty. Open the spreadsheet, choose Extensions > Apps Script, and write the script’s id there (Project settings > Script ID).',
    );
  }
  if (!signedIn) {
    missing.push('You are not signed in to Google with clasp. Run "npx clasp login"; a service account does not work.');
  }
  if (missing.length > 0) throw new NotReady(missing.join('\n'));
  return { apiUrl, scriptId };
}

function scriptIdIn(claspJson: string | null): string {
  try {
    const parsed = JSON.parse(claspJson ?? '{}') as { scriptId?: unknown };
    return typeof parsed.scriptId === 'string' ? parsed.scriptId.trim() : '';
  } catch {
    return '';
  }
}

/**
 * The deployment to move to the new version, from what `clasp --json list-deployments` prints; null where there is only
 * the one called HEAD, which cannot be moved. A **new** deployment would switch off every trigger people have set up.
 */
export function deploymentIn(output: string): string | null {
  const list: unknown = JSON.parse(output);
  if (!Array.isArray(list)) return null;
  const versioned = (list as { deploymentId?: string; versionNumber?: number }[])
    .filter((one) => typeof one.deploymentId === 'string' && one.versionNumber !== undefined)
    .sort((a, b) => b.versionNumber! - a.versionNumber!);
  return versioned[0]?.deploymentId ?? null;
}

/** The number in what `clasp --json create-version` prints. */
export function versionIn(output: string): number {
  const { versionNumber } = JSON.parse(output) as { versionNumber?: unknown };
  if (typeof versionNumber === 'number') return versionNumber;
  throw new NotReady(
    'clasp made a version but did not say which. Look at https://script.google.com and deploy it there.',
  );
}

/** Runs clasp and answers what it printed. */
function clasp(...args: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(join(ROOT, 'node_modules', '.bin', 'clasp'), args, {
      cwd: ROOT,
      shell: process.platform === 'win32',
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', () => fail(new NotReady('clasp is not installed. Run "npm ci" first.')));
    child.on('close', (code) => {
      if (code === 0) done(output);
      else fail(new NotReady(`clasp ${args.join(' ')} did not succeed:\n${(errors || output).trim()}`));
    });
  });
}

async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function deploy(): Promise<void> {
  // Where clasp itself looks.
  const signedIn = await exists(process.env['clasp_config_auth'] ?? join(homedir(), '.clasprc.json'));
  const { apiUrl, scriptId } = planDeploy(process.env, await readIfThere(join(ROOT, '.clasp.json')), signedIn);
  await buildAddon({ apiUrl });
  console.log(`Built the add-on for ${apiUrl}.`);
  await clasp('push', '--force');
  console.log('Pushed it to your script.');
  const version = versionIn(await clasp('--json', 'create-version', `Tandem for ${apiUrl}`));
  console.log(`Made version ${version}.`);
  const deployment = deploymentIn(await clasp('--json', 'list-deployments'));
  if (deployment) {
    await clasp('update-deployment', deployment, '--versionNumber', String(version));
    console.log(
      `Moved the existing deployment to version ${version}; triggers go on. An editor add-on in the Marketplace also needs ` +
        `version ${version} in the App configuration of the Marketplace SDK.`,
    );
  } else {
    console.log(
      'If the script belongs to a spreadsheet (Extensions > Apps Script), that is all: reload the spreadsheet. ' +
        `To publish it as an add-on, open https://script.google.com/d/${scriptId}/edit and choose Deploy > New deployment > Add-on, once; from then on this command moves that deployment.`,
    );
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await deploy();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
