import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ApiProcess } from '../google/demo/api-host.ts';
import { serveDemo } from '../google/demo/server.ts';
import { Stage } from '../google/demo/stage.ts';
import { StoryTable } from '../google/demo/story/story-table.ts';
import { boot, bootLinked, tickUntilInStep } from './support/boot.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs one of the project's programs to its end. */
async function run(
  file: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string }> {
  const kept = Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR'].flatMap((name) => (process.env[name] ? [[name, process.env[name]!]] : [])),
  );
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { cwd: ROOT, env: { ...kept, ...env } });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out };
}

/** A sentence for people: it ends as one, says something to do, and shows nothing of the inside. */
function expectSentence(text: string): void {
  expect(text).toMatch(/[.!]$/);
  expect(text.length).toBeGreaterThan(20);
  expect(text).not.toMatch(/\bat \S*:\d+:\d+|ECONNREFUSED|TypeError|undefined|\[object|node_modules/);
}

describe('bad input, in the terminal', () => {
  it('names every missing and wrong variable of the API and what to write', async () => {
    const { code, out } = await run('api/main.ts', [], { PORT: 'eighty', TANDEM_ADMINS: '' });
    expect(code).toBe(1);
    expect(out).toMatch(/PORT is wrong \("eighty"\)\. Write /);
    expect(out).toMatch(/TANDEM_AUDIENCES is missing\. Write /);
    expect(out).toMatch(/TANDEM_ADMINS is missing\. Write /);
    expect(out).not.toMatch(/^\s+at /m);
  });

  it('says that no database answers at DATABASE_URL', async () => {
    const { code, out } = await run('api/main.ts', [], {
      TANDEM_AUDIENCES: 'x.apps.googleusercontent.com',
      TANDEM_ADMINS: 'ann@example.com',
      DATABASE_URL: 'postgres://ann:secret@127.0.0.1:9/none',
      LOG_LEVEL: 'silent',
    });
    expect(code).toBe(1);
    expectSentence(out.trim());
    expect(out).not.toContain('secret');
  });

  it('says what is wrong with an option of the demo', async () => {
    const { code, out } = await run('test/google/demo/main.ts', ['--port', 'many']);
    expect(code).toBe(1);
    expect(out).toContain('--port is "many"; write a number');
    expect(out).not.toMatch(/^\s+at /m);
  });

  it('says that the port is taken and takes the next', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as { port: number };
    const { demo, close } = await boot({ rows: [['Id'], ['1']] });
    const stage = new Stage(demo);
    const said: string[] = [];
    const server = await serveDemo(demo, stage, port, (text) => said.push(text));
    try {
      expect(said[0]).toBe(`Port ${port} is taken; trying ${port + 1}.`);
      expect(server.port).toBeGreaterThan(port);
      expect((await fetch(server.url)).status).toBe(200);
    } finally {
      await server.close();
      await stage.close();
      await close();
      blocker.close();
    }
  });
});

describe('bad input, in the sidebar', () => {
  it('[I11] says that the API cannot be reached, and loses nothing that was typed meanwhile', async () => {
    const { demo, close } = await bootLinked({ apiProcess: true });
    try {
      const api = demo.api as ApiProcess;
      const companies = new StoryTable(demo);
      await api.kill();
      await companies.type('MMM', 'Security', 'Typed while it was down');
      const state = await demo.sidebar.ask('state');
      expect(state.ok).toBe(false);
      if (!state.ok) expectSentence(state.message);
      await api.start();
      await tickUntilInStep(demo);
      expect(await companies.stored('MMM', 'security')).toBe('Typed while it was down');
    } finally {
      await close();
    }
  });

  it('says that a table does not exist', async () => {
    const { demo, close } = await boot({
      rows: [
        ['Id', 'Name'],
        ['1', 'one'],
      ],
    });
    try {
      const found = await demo.sidebar.ask('table', 'public', 'no_such_table');
      expect(found).toMatchObject({ ok: false, code: 'table_not_found' });
      if (!found.ok) expectSentence(found.message);
      const linked = await demo.sidebar.ask('link', demo.tab.id, {
        schema: 'public',
        table: 'no_such_table',
        columns: [{ header: 'Id', column: 'id', direction: 'both' }],
      });
      expect(linked).toMatchObject({ ok: false, code: 'table_not_found' });
      expect(demo.tab.value(2, 2)).toBe('one');
    } finally {
      await close();
    }
  });

  it('says that a tab has no headers, before and after it is linked, and pauses instead of deleting', async () => {
    const empty = await boot({ rows: [] });
    try {
      const proposal = await empty.demo.sidebar.call('proposal', empty.demo.tab.id);
      expect(proposal.problems).toHaveLength(1);
      expectSentence(proposal.problems[0]!);
    } finally {
      await empty.close();
    }

    const { demo, close } = await bootLinked();
    try {
      demo.hands.clear(1, 1, 1, 8);
      await demo.idle();
      await demo.tick();
      const state = await demo.sidebar.call('state');
      if (state.kind !== 'linked') throw new Error('The tab should still be linked.');
      expect(state.link.state).toBe('paused');
      const notice = state.notices.find((each) => each.code === 'paused');
      expectSentence(notice?.message ?? '');
      const [count] = await demo.sql`select count(*)::int as n from companies`;
      expect(count?.['n']).toBe(503);
      demo.hands.undo();
      await demo.idle();
      await tickUntilInStep(demo);
    } finally {
      await close();
    }
  });
});
