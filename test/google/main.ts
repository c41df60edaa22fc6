import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { parseArgs } from 'node:util';
import { LocalGoogle } from './local-google.ts';
import { restFace } from './rest-face.ts';

/** The local Google alone: `npm run google -- --port 8790`. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '8790' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port ${values.port} is no port. Give a number from 0 (any free port) to 65535.`);
  process.exit(2);
}

const google = new LocalGoogle({ clock: 'wall' });
const person = google.person('ann@example.com');
const document = google.createSpreadsheet({ owner: person, title: 'First spreadsheet' });
const token = google.tokens.issue(person.account, ['https://www.googleapis.com/auth/spreadsheets'], 86_400_000);

const app = new Hono();
app.route('/', google.issuer.routes());
const rest = restFace(google);
app.all('/v4/*', (c) => rest.fetch(c.req.raw));

const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (info) => {
  const root = `http://127.0.0.1:${info.port}`;
  google.issuer.url = root;
  console.log(`A local Google is at ${root}

  OpenID issuer   ${google.issuer.url}   (TANDEM_ISSUER)
  its keys        ${google.issuer.jwksUrl}   (TANDEM_JWKS_URL)
  Sheets API v4   ${root}/v4/spreadsheets/${document.id}
  as ${person.email}, for a day:

  curl -H 'Authorization: Bearer ${token}' ${root}/v4/spreadsheets/${document.id}
`);
});
server.once('error', (error: NodeJS.ErrnoException) => {
  console.error(
    error.code === 'EADDRINUSE'
      ? `Port ${port} is taken. Choose another one: npm run google -- --port ${port + 1}`
      : `The local Google could not start: ${error.message}`,
  );
  process.exit(1);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    void google.close().then(() => process.exit(0));
  });
}
