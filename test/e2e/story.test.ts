import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { steps, type StoryOutcome } from '../google/demo/story.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the command as people do, on an embedded database of its own. */
async function runStory(): Promise<{ code: number | null; out: string }> {
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/google/demo/main.ts', '--story', '--json'], {
    cwd: ROOT,
    env,
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out };
}

describe('the story', () => {
  it('[I6] [I7] [I14] [I18] ends with both sides in step, and ten more ticks write nothing', async () => {
    const { code, out } = await runStory();
    const outcome = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as StoryOutcome;
    expect(
      outcome.steps.filter((step) => !step.ok),
      out,
    ).toEqual([]);
    expect(outcome.inStep, out).toBe(true);
    expect(code).toBe(0);
    expect(outcome.steps.map((step) => step.name)).toEqual(steps.map((step) => step.name));
    expect(outcome.rows).toBe(513);

    const cost = (name: string) => outcome.steps.find((step) => step.name === name);
    expect(cost('second run, nothing changed')).toMatchObject({ reads: 1, writes: 0, calls: 1 });
    expect(cost('ten more ticks')).toMatchObject({ reads: 10, writes: 0, calls: 10 });
    expect(cost('bulk UPDATE of 200 rows')).toMatchObject({ writes: 200 });
    for (const step of outcome.steps) expect(Object.keys(step)).toEqual(['name', 'reads', 'writes', 'calls', 'ok']);
  });
});
