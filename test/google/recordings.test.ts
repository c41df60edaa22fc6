import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRestServer } from './rest/server.ts';
import { Workbook } from './workbook/workbook.ts';

/**
 * Replays traffic recorded against Google's own API: every request is sent to the stand-in in order and the answers
 * are compared. Drive calls only create and delete the spreadsheet. Recorded ids are learnt from the answers.
 */
interface Interaction {
  request: { method: string; uri: string; body: string | null };
  response: { status: { code: number }; body: { string?: string } };
}

const folder = resolve(process.env.SHEETS_RECORDINGS ?? '../shared/recordings');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
const reason = `no recordings in ${folder} (set SHEETS_RECORDINGS)`;
if (files.length === 0) console.log(`Skipping the replay of recorded traffic: ${reason}`);

/** Not told apart by the stand-in: looks and addresses that no program of ours reads. */
const IGNORED = new Set(['defaultFormat', 'spreadsheetTheme', 'spreadsheetUrl']);
/** Ids that Google chose, by the name of the field. */
const ID_FIELDS = new Set(['sheetId', 'namedRangeId', 'protectedRangeId', 'metadataId']);

class Replay {
  readonly #documents = new Map<string, Workbook>();
  readonly #actual = new Map<unknown, unknown>();
  readonly #recorded = new Map<unknown, unknown>();
  readonly #server = createRestServer({
    documents: { find: (id) => this.#documents.get(id), create: () => new Workbook() },
    quota: { readsPerMinute: 1e6, readsPerMinutePerUser: 1e6, writesPerMinute: 1e6, writesPerMinutePerUser: 1e6 },
  });

  async run({ request, response }: Interaction): Promise<void> {
    const url = new URL(request.uri);
    if (url.hostname === 'www.googleapis.com') return this.#drive(request, response);
    const body =
      request.body && this.#isJson(request.body)
        ? JSON.stringify(this.#replace(JSON.parse(request.body), this.#actual))
        : request.body;
    const sent = new Request(request.uri, {
      method: request.method,
      ...(request.method === 'GET' ? {} : { body: body ?? '' }),
    });
    const answer = await this.#server.fetch(sent);
    const text = await answer.text();
    const recorded: unknown = response.body.string ? JSON.parse(response.body.string) : undefined;
    const actual: unknown = text && this.#isJson(text) ? JSON.parse(text) : text;
    this.#learn(recorded, actual);
    const label = `${request.method} ${decodeURIComponent(request.uri)} ${request.body ?? ''}`;
    expect(answer.status, `${label}\n${text}`).toBe(response.status.code);
    expect(this.#replace(actual, this.#recorded), label).toEqual(this.#replace(recorded, new Map()));
  }

  #drive(request: Interaction['request'], response: Interaction['response']): void {
    if (request.method === 'POST') {
      const { id, name } = JSON.parse(response.body.string!) as { id: string; name: string };
      const workbook = new Workbook({ id, title: name });
      workbook.addTab();
      this.#documents.set(id, workbook);
    } else if (request.method === 'DELETE') {
      this.#documents.delete(/files\/([^?/]+)/.exec(request.uri)![1]!);
    }
  }

  #isJson(text: string): boolean {
    return text.trimStart().startsWith('{');
  }

  #learn(recorded: unknown, actual: unknown): void {
    if (typeof recorded !== 'object' || recorded === null || typeof actual !== 'object' || actual === null) return;
    for (const [name, value] of Object.entries(recorded)) {
      const other = (actual as Record<string, unknown>)[name];
      if (ID_FIELDS.has(name) && other !== undefined) {
        this.#actual.set(value, other);
        this.#recorded.set(other, value);
      } else {
        this.#learn(value, other);
      }
    }
  }

  #replace(value: unknown, ids: Map<unknown, unknown>): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#replace(item, ids));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !IGNORED.has(name))
        .map(([name, item]) => [name, ID_FIELDS.has(name) ? (ids.get(item) ?? item) : this.#replace(item, ids)]),
    );
  }
}

describe.skipIf(files.length === 0)(
  files.length ? 'recordings of Google' : `recordings of Google (skipped: ${reason})`,
  () => {
    it('are all here', () => expect(files.length).toBeGreaterThanOrEqual(33));

    it.each(files)('%s', async (file) => {
      const { interactions } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { interactions: Interaction[] };
      const replay = new Replay();
      for (const interaction of interactions) await replay.run(interaction);
      expect(interactions.length).toBeGreaterThan(0);
    });
  },
);
