import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Demo } from './boot.ts';
import { bundlePage } from './bundle-page.ts';
import { frame } from './event-stream.ts';
import type { ScriptCall, SheetAction } from './page/messages.ts';
import { sidebarPage } from './sidebar-page.ts';
import { readSheetAction } from './sheet-actions.ts';
import type { Stage } from './stage.ts';

/** Ports tried after a taken one. */
const PORTS_TRIED = 20;

export interface DemoServer {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** The demo's one page and what it talks to. It runs SQL for whoever asks, so it answers this machine alone. */
export function demoApp(demo: Demo, stage: Stage, page: string): Hono {
  const app = new Hono();

  // Another site's script, or a name that was made to point here, must not reach the SQL box through a browser.
  app.use(async (c, next) => {
    const host = (c.req.header('host') ?? '').replace(/:\d+$/, '');
    const origin = c.req.header('origin');
    const ours = host === 'localhost' || host === '127.0.0.1';
    const sameOrigin = origin === undefined || origin === `http://${c.req.header('host')}`;
    const json = c.req.method !== 'POST' || (c.req.header('content-type') ?? '').startsWith('application/json');
    if (!ours || !sameOrigin || !json) return c.text('The demo answers only its own page on this machine.', 403);
    return next();
  });

  app.onError((error, c) => c.text(error instanceof Error ? error.message : String(error), 400));

  app.get('/', (c) => c.html(page));
  app.get('/demo/sheet', (c) => c.json(stage.sheet()));
  app.post('/demo/sheet', async (c) => {
    stage.act(readSheetAction(await c.req.json<SheetAction>()));
    return c.json({ revision: demo.spreadsheet.workbook.revision });
  });
  app.get('/demo/table', async (c) => c.json(await stage.table()));
  app.get('/demo/status', async (c) => c.json(await stage.status()));
  app.get('/demo/activity', (c) => c.json(stage.activity.newest()));
  app.post('/demo/tick', async (c) => c.json(await stage.tick()));
  app.post('/demo/sql', async (c) => {
    const { text } = await c.req.json<{ text: unknown }>();
    if (typeof text !== 'string') return c.text('Send the SQL as text.', 400);
    return c.json(await stage.runSql(text));
  });
  app.get('/demo/events', async (c) => stage.events.response(frame('status', await stage.status()), c.req.raw.signal));
  app.get('/demo/sidebar', async (c) => c.html(sidebarPage(await stage.sidebar())));
  app.post('/demo/script', async (c) => {
    const { name, args } = await c.req.json<ScriptCall>();
    return c.json(await stage.callScript({ name: String(name), args: Array.isArray(args) ? args : [] }));
  });
  return app;
}

/** Listens on loopback; a taken port is said and the next one tried. */
export async function serveDemo(
  demo: Demo,
  stage: Stage,
  wanted: number,
  say: (text: string) => void,
): Promise<DemoServer> {
  const app = demoApp(demo, stage, await bundlePage());
  for (let port = wanted; ; port++) {
    try {
      const server = await listen(app, port);
      const { port: bound } = server.address() as { port: number };
      return {
        url: `http://localhost:${bound}`,
        port: bound,
        close: async () => {
          if ('closeAllConnections' in server) server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port - wanted >= PORTS_TRIED) throw error;
      say(`Port ${port} is taken; trying ${port + 1}.`);
    }
  }
}

function listen(app: Hono, port: number): Promise<ReturnType<typeof serve>> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => resolve(server));
    server.once('error', reject);
  });
}
