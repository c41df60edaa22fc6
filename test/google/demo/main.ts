import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../../../api/start-error.ts';
import { readArguments, usage, type Arguments } from './arguments.ts';
import { bootDemo, type Demo } from './boot.ts';
import { linkCompanies } from './link-companies.ts';
import { Progress } from './progress.ts';
import { serveDemo } from './server.ts';
import { Stage } from './stage.ts';
import { playStory } from './story.ts';

/** `npm run demo`: the page, or with `--story` the story. */
async function main(): Promise<number | null> {
  const options = readArguments(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  return options.story ? tellStory(options) : showPage(options);
}

/** Plays on a database and a spreadsheet of its own, which are gone afterwards. */
async function tellStory(options: Arguments): Promise<number> {
  const progress = new Progress(process.stdout);
  const dataDir = await mkdtemp(join(tmpdir(), 'tandem-story-'));
  let demo: Demo | undefined;
  try {
    demo = await bootDemo({ dataDir, clock: 'virtual', durable: false, keep: false, begin: progress.begin });
    progress.say('');
    const outcome = await playStory(demo, (line) => console.log(line));
    if (options.json) console.log(JSON.stringify(outcome));
    return outcome.inStep && outcome.steps.every((step) => step.ok) ? 0 : 1;
  } finally {
    progress.end();
    await demo?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Serves until a signal. */
async function showPage(options: Arguments): Promise<null> {
  const progress = new Progress(process.stdout);
  const started = performance.now();
  const { dataDir, fresh, port } = options;
  const demo = await bootDemo({ dataDir, clock: 'wall', durable: true, keep: true, fresh, begin: progress.begin });
  if (demo.table === null) {
    await linkCompanies(demo.sidebar, await demo.freeTableName('companies'), progress.begin);
    await demo.findTable();
  }
  const stage = new Stage(demo);
  progress.begin('Bundling the page');
  const server = await serveDemo(demo, stage, port, (text) => progress.say(text));
  progress.say('');
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`Tandem's demo is at ${server.url} (ready in ${seconds} s). Stop it with Ctrl+C; what is in it stays.`);

  let stoppingSince: number | null = null;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // One Ctrl+C can come twice: from the terminal and from whoever started this process. A later one is meant.
      if (stoppingSince !== null) {
        if (performance.now() - stoppingSince > 1000) process.exit(1);
        return;
      }
      stoppingSince = performance.now();
      console.log('Stopping.');
      void server
        .close()
        .then(() => stage.close())
        .then(() => demo.stop())
        .then(
          () => process.exit(0),
          (error: unknown) => {
            console.error(error);
            process.exit(1);
          },
        );
    });
  }
  return null;
}

main().then(
  (code) => {
    if (code !== null) process.exit(code);
  },
  (error: unknown) => {
    const known = error instanceof StartError;
    console.error(
      `\n${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    process.exit(1);
  },
);
