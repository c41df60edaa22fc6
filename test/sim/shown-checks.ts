import { DELETE_GUARD_ROWS } from '../../shared/limits.ts';
import { NOTE_PREFIX } from '../../shared/protocol/mark.ts';
import { putBack, readTruth, type Truth } from './invariants.ts';
import { plain, type Oracle } from './oracle.ts';
import { isTracked } from './profiles.ts';
import { columnIds, noteIn } from './sheet-effects.ts';
import type { World } from './world.ts';

/** Refusals that need no note: the row is still being typed, or shows by itself what is wrong. */
const NO_NOTE = ['incomplete', 'waiting', 'error_value', 'row', 'ambiguous_key'];

/** How the note on an edited key begins. */
const ASKED = `${NOTE_PREFIX}The key of this row was changed from`;

/** As errors of a sheet read. */
const ERROR = /^#(ref!|n\/a|value!|div\/0!|name\?|num!|null!|error!)$/;

/** Judges at rest what Tandem told people, and whether what it wrote was anybody's word. */
export async function checkShown(world: World, oracle: Oracle): Promise<void> {
  const fail = (text: string) => oracle.violations.push(text);
  const truth = await readTruth(world);
  checkErrors(truth, fail);
  checkRemovals(oracle, fail);
  const [link] = await world.sql<{ state: string }[]>`
    SELECT state FROM tandem.link WHERE id = ${world.link.id}::uuid`;
  if (link?.state !== 'active') return;
  await checkNotes(world, truth, oracle, fail);
  await checkStrayNotes(world, truth, oracle, fail);
  await checkKept(world, truth, fail);
  if (oracle.fewValues || oracle.noLastWord) return;
  checkOnce(truth, oracle, fail);
  checkWords(truth, oracle, fail);
}

/** I14: no error of the sheet stands in the table as if it were a value. */
function checkErrors({ table }: Truth, fail: (text: string) => void): void {
  for (const [key, cells] of table) {
    for (const [id, value] of Object.entries(cells)) {
      if (value !== null && ERROR.test(value)) fail(`[I14] row ${key}, ${id}: the table has ${value}`);
    }
  }
}

/** R27: what the table lost all at once does not leave the sheet without a person's word. */
function checkRemovals({ removals, decided }: Oracle, fail: (text: string) => void): void {
  if (decided) return;
  for (const rows of removals) {
    if (rows > DELETE_GUARD_ROWS) fail(`[R27] ${rows} rows left the sheet at once without a person's word`);
  }
}

/** R23: what left one side because the other had lost it can be put back. */
async function checkKept({ sql, link }: World, { journal }: Truth, fail: (text: string) => void): Promise<void> {
  const kept = new Set(
    (
      await sql<{ key: string }[]>`
      SELECT key FROM tandem.tombstone WHERE link = ${link.id}::uuid`
    ).map(({ key }) => key),
  );
  const known = new Set(
    (
      await sql<{ key: string }[]>`
      SELECT key FROM tandem."row" WHERE link = ${link.id}::uuid AND a IS NOT NULL`
    ).map(({ key }) => key),
  );
  // One that was put back is the table's again: what becomes of it there is not Tandem's doing.
  const last = new Map(
    journal
      .filter(({ op, side }) => side === 'table' && (op === 'delete' || op === 'insert'))
      .map(({ op, key }) => [key, op]),
  );
  for (const [key, op] of last) {
    if (op === 'delete' && !kept.has(key) && !known.has(key)) {
      fail(`[R23] row ${key} was deleted in the table, and nothing of it is kept`);
    }
  }
}

/** R17: a refused cell says why, where the hub knows on which cell it stands. */
async function checkNotes(
  { sql, tab, link }: World,
  { sheet }: Truth,
  oracle: Oracle,
  fail: (text: string) => void,
): Promise<void> {
  if (oracle.versionRestored || oracle.notesLost) return;
  const positions = new Map([...columnIds(tab)].map(([position, id]) => [id, position]));
  const rows = await sql<{ key: string; refused: string }[]>`
    SELECT r.key, r.refused::text AS refused FROM tandem."row" r WHERE r.link = ${link.id}::uuid AND r.refused IS NOT NULL AND r.status <> 'ok'`;
  for (const { key, refused } of rows) {
    const shown = sheet.filter((row) => row.key === key);
    if (shown.length !== 1 || oracle.tainted.has(key) || oracle.deletedAstray.has(key)) continue;
    const cells = JSON.parse(refused) as Record<string, { code: string; message: string }>;
    for (const [id, { code, message }] of Object.entries(cells)) {
      const position = positions.get(id);
      if (position === undefined || message === '' || NO_NOTE.includes(code)) continue;
      const note = tab.note(shown[0]!.row, position);
      if (note !== NOTE_PREFIX + message) {
        fail(`[R17] row ${key}, ${id} is refused (${message}), and its cell says ${JSON.stringify(note)}`);
      }
    }
  }
}

/**
 * R17: a note of Tandem's stands where the hub has a reason for it, and nowhere else. But for the known gaps: where rows
 * exchange keys, where a key is edited again that was asked about, where one that is to change waits for its key to
 * stand once, and where a run died over a note that hit another row or column.
 */
async function checkStrayNotes(
  { sql, tab, link }: World,
  { sheet }: Truth,
  oracle: Oracle,
  fail: (text: string) => void,
): Promise<void> {
  if (oracle.versionRestored || oracle.notesLost || oracle.keysExchanged) return;
  const ids = columnIds(tab);
  const keys = new Map(sheet.map(({ row, key }) => [row, key]));
  const isRepeated = (key: string) => sheet.filter((row) => row.key === key).length > 1;
  const states = await sql<{ key: string; marks: string }[]>`
    SELECT key, marks::text AS marks FROM tandem."row" WHERE link = ${link.id}::uuid AND marks IS NOT NULL`;
  const marks = new Map(
    states.map(({ key, marks: text }) => [key, JSON.parse(text) as Record<string, { message: string | null }>]),
  );
  const { rows, columns } = tab.dataExtent();
  for (let row = 1; row <= rows; row++) {
    for (let position = 1; position <= columns; position++) {
      const note = tab.note(row, position);
      if (!note.startsWith(NOTE_PREFIX)) continue;
      const [key, id] = [keys.get(row) ?? null, ids.get(position)];
      const reason = key === null || id === undefined ? undefined : marks.get(key)?.[id]?.message;
      if (oracle.notesLeft.has(noteIn(id, note)) || (key !== null && isRepeated(key))) continue;
      if (reason === note || (key !== null && oracle.mixed.has(key) && note.startsWith(ASKED))) continue;
      fail(`[R17] row ${row} (${key}), ${id} says ${JSON.stringify(note)} without a reason`);
    }
  }
}

/** R25: what was typed once in a row without a key is one row of the table. */
function checkOnce({ table }: Truth, oracle: Oracle, fail: (text: string) => void): void {
  const times = new Map<string, string[]>();
  for (const [key, cells] of table) {
    // Under a key that a person typed over another, the same values are a row of its own.
    if (oracle.mixed.has(key)) continue;
    for (const [id, value] of Object.entries(cells)) {
      const word = `${id}:${value}`;
      if (!oracle.typedWithoutKey.has(word) || oracle.copied.has(word)) continue;
      times.set(word, [...(times.get(word) ?? []), key]);
    }
  }
  for (const [word, keys] of times) {
    if (keys.length > 1) fail(`[R25] ${word} was typed once, and is in the table under the keys ${keys.join(', ')}`);
  }
}

/** R7: what Tandem wrote in a row of the table is what a person put in that row of the sheet. */
function checkWords(truth: Truth, oracle: Oracle, fail: (text: string) => void): void {
  const back = putBack(truth);
  for (const { op, side, key, column: id, after, cause } of truth.journal) {
    if (op !== 'update' || side !== 'table' || id === null || /^(undo of|restored)/.test(cause)) continue;
    if (back.has(key)) continue;
    const column = truth.profile.values.find((one) => one.id === id);
    if (!column || !isTracked(truth.profile, column) || oracle.mixed.has(key)) continue;
    if (oracle.overwriting.has(key)) continue;
    const value = after === null ? null : plain(JSON.parse(after) as string);
    if (oracle.typed.has(`${key}:${id}:${value}`) || oracle.hasComeWithoutKey(id, value)) continue;
    // A value that went astray is held until a person wants it, as the last of these schedules do; or a blank.
    if (value === null && oracle.wanted.has(`${key}:${id}:${value}`)) continue;
    const intent = value === null ? undefined : oracle.intents.get(value);
    if (intent?.side === 'table' && intent.key !== key) continue;
    fail(`[R7] row ${key}, ${id}: ${value} was written in the table, and nobody put it on the sheet`);
  }
}
