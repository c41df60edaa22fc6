import { afterEach, describe, expect, it } from 'vitest';
import { play, type Play, type PlayOptions } from './play.ts';

/** What people do, and what scripts hear of it; triggers, their limits and their times. */

let played: Play | undefined;
afterEach(async () => {
  await played?.google.close();
  played = undefined;
});

const EDITS = `
function show(name, e) { console.log([name, e.range && e.range.getA1Notation(), 'value' in e ? e.value : '-', 'oldValue' in e ? e.oldValue : '-',
  e.changeType || '', String(e.authMode), e.source.getName()].join('|')); }
function onEdit(e) { show('simple', e); }
function edited(e) { show('edited', e); }
function changed(e) { show('changed', e); }
function install() { const book = SpreadsheetApp.getActive();
  ScriptApp.newTrigger('edited').forSpreadsheet(book).onEdit().create(); ScriptApp.newTrigger('changed').forSpreadsheet(book).onChange().create(); }
function who(e) { console.log([e.user.getEmail(), Session.getEffectiveUser().getEmail()].join()); }
function script() { SpreadsheetApp.getActiveSheet().getRange('A1').setValue('by script'); }
`;

async function start(code = EDITS, options: PlayOptions = {}): Promise<Play> {
  played = await play(code, options);
  return played;
}

/** What was logged since the last call, sorted: executions run side by side. */
async function heard(): Promise<string[]> {
  await played!.google.idle();
  return played!.install.log.splice(0).sort();
}

describe('an edit', () => {
  it('of one cell tells old and new value, as text', async () => {
    const { person, tab, run } = await start();
    await run('install');
    person.type(tab, 'B2', '12.5');
    expect(await heard()).toEqual([
      'changed||-|-|EDIT|FULL|Book',
      'edited|B2|12.5|-||FULL|Book',
      'simple|B2|12.5|-||LIMITED|Book',
    ]);
    person.type(tab, 'B2', 'TRUE');
    expect(await heard()).toContain('edited|B2|TRUE|12.5||FULL|Book');
    person.clear(tab, 'B2');
    expect(await heard()).toContain('edited|B2|-|TRUE||FULL|Book');
  });

  it('of several cells tells no values', async () => {
    const { person, tab, run } = await start();
    await run('install');
    person.paste(tab, 'A1', [
      ['a', '2'],
      ['b', '3'],
    ]);
    expect(await heard()).toContain('edited|A1:B2|-|-||FULL|Book');
    person.clear(tab, 'A1:B2');
    expect(await heard()).toContain('simple|A1:B2|-|-||LIMITED|Book');
  });

  it.each<[string, (play: Play) => void, string]>([
    ['inserting rows', ({ person, tab }) => person.insertRows(tab, 2), 'INSERT_ROW'],
    ['deleting rows', ({ person, tab }) => person.deleteRows(tab, 2), 'REMOVE_ROW'],
    ['inserting columns', ({ person, tab }) => person.insertColumns(tab, 2), 'INSERT_COLUMN'],
    ['deleting columns', ({ person, tab }) => person.deleteColumns(tab, 2), 'REMOVE_COLUMN'],
    ['adding a tab', ({ person, document }) => person.addTab(document), 'INSERT_GRID'],
    ['colouring', ({ person, tab }) => person.setBackground(tab, 'A1', '#ff0000'), 'FORMAT'],
    ['sorting', ({ person, tab }) => person.sort(tab, [{ column: 1, ascending: true }]), 'OTHER'],
  ])('is not what %s is: only a change is told', async (_, act, changeType) => {
    const playing = await start();
    await playing.run('install');
    act(playing);
    expect(await heard()).toEqual([`changed||-|-|${changeType}|FULL|Book`]);
  });

  it('by a script or through the API sets nothing off', async () => {
    const { tab, run } = await start();
    await run('install');
    await run('script');
    tab.setInput(1, 1, 'by API');
    expect(await heard()).toEqual([]);
  });

  it('is not a selection, which onSelectionChange hears of, unless a script made it', async () => {
    const { person, tab, run } = await start(
      `function onSelectionChange(e) { show('selected', e); } function onEdit() {} ${EDITS.slice(0, EDITS.indexOf('function onEdit'))}
       function jump() { SpreadsheetApp.getActiveSheet().getRange('Z9').activate(); }`,
    );
    person.select(tab, 'B2:C3');
    expect(await heard()).toEqual(['selected|B2:C3|-|-||LIMITED|Book']);
    await run('jump');
    expect(await heard()).toEqual([]);
  });

  it('runs installable triggers as who made them, and tells them people of their domain only', async () => {
    const { google, person, document, tab, install, run } = await start(`${EDITS}
      function watch() { ScriptApp.newTrigger('who').forSpreadsheet(SpreadsheetApp.getActive()).onEdit().create(); }`);
    await run('watch');
    for (const email of ['bob@example.com', 'eve@gmail.com']) {
      const editor = google.person(email);
      person.share(document, editor, 'edit');
      editor.type(tab, 'A1', email);
      await google.idle();
    }
    expect(install.log.filter((line) => line.includes(','))).toEqual([
      'bob@example.com,ann@example.com',
      ',ann@example.com',
    ]);
  });

  it('may come while a run of the same trigger is under way', async () => {
    const { google, person, tab, install } = await start(
      `function onEdit(e) { Utilities.sleep(1000); console.log(e.value); }`,
    );
    for (const text of ['1', '2', '3']) person.type(tab, 'A1', text);
    expect(google.runtime.running.size).toBeLessThanOrEqual(3);
    await google.idle();
    expect(install.log.sort()).toEqual(['1', '2', '3']);
    expect(install.failures).toEqual([]);
  });

  it('fails like a run of its own beyond thirty at once', async () => {
    const { google, person, tab, install } = await start(`function onEdit() { Utilities.sleep(1000); }`);
    await install.functions();
    for (let i = 0; i < 32; i++) person.type(tab, 'A1', String(i));
    await google.idle();
    expect(install.failures.map(({ error }) => error.message)).toEqual(
      Array(2).fill('There are too many scripts running simultaneously for this Google user account.'),
    );
  }, 60_000);
});

describe('a person', () => {
  it('takes back their last edit, unless others have changed it since', async () => {
    const { google, person, document, tab } = await start();
    tab.setInput(1, 1, '1/2/2024');
    person.type(tab, 'A1', 'text');
    expect([person.undo(document), tab.displayValue(1, 1)]).toEqual([true, '1/2/2024']);
    person.type(tab, 'A1', 'mine');
    tab.setInput(1, 1, 'theirs');
    expect([person.undo(document), tab.value(1, 1)]).toEqual([false, 'theirs']);
    person.deleteRows(tab, 1);
    expect([person.undo(document), tab.value(1, 1)]).toEqual([true, 'theirs']);
    await google.idle();
  });

  it('may not edit what they may only view', async () => {
    const { google, person, document, tab } = await start();
    const cy = google.person('cy@example.com');
    person.share(document, cy, 'view');
    expect(() => cy.type(tab, 'A1', 'x')).toThrow('cy@example.com may only view this spreadsheet.');
    expect(tab.value(1, 1)).toBe(null);
  });

  it('copies a spreadsheet with its metadata and bound script, but without triggers and properties', async () => {
    const { google, person, document, tab, run } = await start(`${EDITS}
      function remember() { PropertiesService.getDocumentProperties().setProperty('link', '1'); SpreadsheetApp.getActive().addDeveloperMetadata('link', '1'); install(); }
      function recall() { return [PropertiesService.getDocumentProperties().getProperty('link'), SpreadsheetApp.getActive().getDeveloperMetadata().length, ScriptApp.getProjectTriggers().length]; }`);
    tab.setInput(1, 1, 'x');
    await run('remember');
    expect(await run('recall')).toEqual(['1', 1, 2]);
    const copy = await person.copySpreadsheet(document);
    const [install] = google.installsIn(copy);
    expect([copy.workbook.title, copy.id === document.id, copy.workbook.tabs[0]!.value(1, 1)]).toEqual([
      'Copy of Book',
      false,
      'x',
    ]);
    expect(await install!.run('recall')).toEqual([null, 1, 0]);
  });

  it('clicks a menu item, with the sheet they stand on active', async () => {
    const { person, document, tab, install } = await start(`
      function onOpen() { SpreadsheetApp.getUi().createMenu('M').addItem('Where', 'where').addToUi(); }
      function where() { console.log(SpreadsheetApp.getActiveRange().getA1Notation(), SpreadsheetApp.getActiveSheet().getName()); }`);
    person.select(tab, 'C3:D4');
    await person.clickMenu(document, 'Where');
    const second = person.addTab(document, 'Second');
    person.select(second, 'B1');
    await person.clickMenu(document, 'Where');
    expect(install.log).toEqual(['C3:D4 Sheet1', 'B1 Second']);
    await expect(person.clickMenu(document, 'Gone')).rejects.toThrow('No menu item "Gone" (there are: Where).');
  });
});

describe('triggers', () => {
  const TICK = `
    function tick(e) { console.log(new Date().toISOString().slice(11, 16), e.hour, e['day-of-week'], e.timezone); }
    function every(n) { return ScriptApp.newTrigger('tick').timeBased().everyMinutes(n).create().getUniqueId(); }
    function hours(n) { ScriptApp.newTrigger('tick').timeBased().everyHours(n).create(); }
    function daily() { ScriptApp.newTrigger('tick').timeBased().everyDays(1).atHour(7).inTimezone('America/New_York').create(); }
    function once() { ScriptApp.newTrigger('tick').timeBased().after(5000).create(); }
    function list() { return ScriptApp.getProjectTriggers().map(t => [t.getHandlerFunction(), String(t.getEventType()), String(t.getTriggerSource())]); }
    function remove() { ScriptApp.getProjectTriggers().forEach(t => ScriptApp.deleteTrigger(t)); }
    function many(n) { for (let i = 0; i < n; i++) ScriptApp.newTrigger('tick').timeBased().everyHours(1).create(); }
    function fails() { throw new Error('broken'); } function failing() { ScriptApp.newTrigger('fails').timeBased().everyMinutes(1).create(); }
    function orphan() { ScriptApp.newTrigger('gone').timeBased().everyMinutes(1).create(); }
    function slow() { for (let i = 0; i < 5; i++) Utilities.sleep(60000); } function slowly() { ScriptApp.newTrigger('slow').timeBased().everyMinutes(10).create(); }
    function open(e) { console.log('open', String(e.authMode)); } function opening() { ScriptApp.newTrigger('open').forSpreadsheet(SpreadsheetApp.getActive()).onOpen().create(); }`;

  it('fire on time, in order, until they are deleted', async () => {
    const { google, run, install } = await start(TICK, { startAt: '2026-01-05T09:00:00Z' });
    await run('every', 10);
    await run('once');
    expect(await run('list')).toEqual([
      ['tick', 'CLOCK', 'CLOCK'],
      ['tick', 'CLOCK', 'CLOCK'],
    ]);
    await google.advance(25 * 60_000);
    expect(install.log).toEqual(['09:00 9 1 UTC', '09:10 9 1 UTC', '09:20 9 1 UTC']);
    await run('remove');
    await google.advance(3_600_000);
    expect(install.log).toHaveLength(3);
  });

  it('fire at an hour of a zone, across the change of clocks', async () => {
    const { google, run, install } = await start(TICK, { startAt: '2026-03-06T20:00:00Z' });
    await run('daily');
    await google.advance(3 * 86_400_000);
    expect(install.log.map((line) => line.slice(0, 5))).toEqual(['12:00', '11:00', '11:00']);
  });

  it('take the intervals Google takes', async () => {
    const { run } = await start(TICK);
    await expect(run('every', 2)).rejects.toThrow('It must be one of 1, 5, 10, 15 or 30');
    await expect(run('hours', 5)).rejects.toThrow('It must be one of 1, 2, 4, 6, 8 or 12');
  });

  it('number twenty at most for a person and script', async () => {
    const { run } = await start(TICK);
    await run('many', 20);
    await expect(run('many', 1)).rejects.toThrow('This script has too many triggers.');
  });

  it('of a published add-on are hourly at most, and one of a kind in a document', async () => {
    const { run } = await start(TICK, { asAddon: true });
    await expect(run('every', 30)).rejects.toThrow(
      'The recurrence interval for an Add-on trigger must be at least one hour.',
    );
    await run('hours', 1);
    await expect(run('hours', 1)).rejects.toThrow(
      'too many time-based triggers in this document for this Google user account',
    );
  });

  it('are seen and deleted by their maker alone', async () => {
    const { google, person, document, install, run } = await start(TICK);
    const bob = google.person('bob@example.com');
    person.share(document, bob, 'edit');
    install.project.grants.set(bob.account.sub, 'all');
    await run('every', 1);
    expect(await install.run('list', [], { as: bob.account })).toEqual([]);
    expect(await run('list')).toHaveLength(1);
  });

  it('fail without a word to anybody, and fire again', async () => {
    const { google, run, install } = await start(TICK);
    await run('failing');
    await run('orphan');
    await google.advance(2 * 60_000);
    expect(install.failures.map(({ fn, error }) => `${fn}: ${error.message}`).sort()).toEqual([
      'fails: broken', 'fails: broken', 'gone: Script function not found: gone', 'gone: Script function not found: gone',
    ]); // prettier-ignore
  });

  it('stop for the day when their run time is used up', async () => {
    const { google, run, install, person } = await start(TICK);
    google.runtime.quotas.limits.triggerTime = 9 * 60_000;
    await run('slowly');
    await google.advance(40 * 60_000);
    expect(google.runtime.quotas.used(person.account, 'triggerTime')).toBe(10 * 60_000);
    expect(install.failures.map(({ error }) => error.message)).toEqual(
      Array(2).fill('Service using too much computer time for one day'),
    );
  });

  it('on open run with full authorisation', async () => {
    const { run, install } = await start(TICK);
    await run('opening');
    await install.open();
    expect(install.log).toEqual(['open FULL']);
  });

  it('that are disabled are listed and silent', async () => {
    const { google, run, install } = await start(TICK);
    await run('every', 1);
    install.triggers[0]!.disabled = true;
    await google.advance(120_000);
    expect([install.log, ((await run('list')) as unknown[]).length]).toEqual([[], 1]);
  });
});
