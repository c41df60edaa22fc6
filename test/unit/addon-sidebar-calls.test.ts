import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TandemError } from '../../shared/protocol/error.ts';
import type { CreateLinkRequest, LinkNewTableRequest } from '../../shared/protocol/links.ts';
import { SheetError } from '../google/workbook/errors.ts';
import { AddonLab, PEOPLE } from './support/addon-lab.ts';

/** What the sidebar calls where something is in the way: nothing half done stays, and what is said is so. */

let lab: AddonLab;
beforeAll(async () => {
  lab = await AddonLab.build();
});
afterAll(() => lab.close());

const columns = (...headers: string[]) =>
  headers.map((header) => ({ header, column: header, direction: 'both' as const }));
const remembered = () => Object.keys(lab.install.project.documentProperties(lab.document.id).all());

describe('linking', () => {
  beforeEach(() => lab.open(PEOPLE));

  it('asks for headers of their own where one stands above several columns: which is meant would be a guess', async () => {
    lab.tab.setInputs(1, 4, [['name']]);
    const choice = { schema: 'public', table: 'people', columns: columns('id', 'name') };
    await expect(lab.call('link', lab.tab.id, choice)).rejects.toThrow(/“name” stands above 2 columns/);
    expect(lab.hub.messages('/v1/links')).toHaveLength(0);
    // Columns that are left out may be called as they like.
    await lab.call('link', lab.tab.id, { ...choice, columns: columns('id', 'born') });
  });

  it('leaves an empty tab empty where the table can’t be linked to it', async () => {
    lab.hub.routes['POST /v1/links'] = () => {
      throw new TandemError('table_unsuitable', 'It has no primary key.');
    };
    const empty = lab.document.workbook.addTab({ title: 'Empty' });
    const choice = { schema: 'public', table: 'people', columns: columns('id', 'name') };
    await expect(lab.call('sheetFromTable', empty.id, choice)).rejects.toThrow(/no primary key/);
    expect([empty.dataExtent().rows, empty.frozenRows]).toEqual([0, 0]);
  });

  it('leaves neither tab nor link where an answer is lost: repeats, then ends the link, by a later look if need be', async () => {
    const { hub, tab, document } = lab;
    const choice = { schema: 'public', table: 'people', columns: columns('id', 'name') };
    const titles = () => document.workbook.tabs.map(({ title }) => title);
    const before = titles();
    const down = () => {
      throw new TandemError('database_unavailable', 'The server does not answer.');
    };
    // Done every time, and never told.
    const asked = new Set<unknown>();
    let deletes = 0;
    const takes = () => {
      hub.routes = {
        'POST /v1/links': (body) => {
          asked.add((body as { id: string }).id);
          delete hub.routes['POST /v1/links'];
          hub.create(body as CreateLinkRequest);
          hub.routes['POST /v1/links'] = down;
          return down();
        },
      };
    };
    takes();
    await expect(lab.call('sheetFromTable', tab.id, choice)).rejects.toThrow(/does not answer/);
    expect(hub.messages('/v1/links').length).toBeGreaterThan(1);
    expect(new Set(hub.messages<{ id: string }>('/v1/links').map(({ id }) => id))).toEqual(asked);
    expect([titles(), hub.link]).toEqual([before, null]);

    // Not even that gets through: the next look does it.
    takes();
    hub.routes['DELETE /v1/links/:id'] = () => {
      deletes++;
      return down();
    };
    await expect(lab.call('sheetFromTable', tab.id, choice)).rejects.toThrow(/does not answer/);
    expect([titles(), deletes, hub.link?.table]).toEqual([before, 1, 'people']);
    hub.routes = {};
    expect(await lab.call('state')).toMatchObject({ kind: 'unlinked', gone: [] });
    expect(hub.link).toBeNull();

    // A link that somebody else has made is none of ours.
    hub.create({ ...hub.messages<CreateLinkRequest>('/v1/links')[0]!, id: 'another', sheet: 4711 });
    await lab.call('state');
    expect(hub.link).not.toBeNull();
  });

  it('ends the link of a tab that takes no header for what it should show', async () => {
    const linked = [...columns('id', 'name'), { ...columns('town')[0]!, via: ['team'], direction: 'toSheet' as const }];
    lab.google.runtime.beforeHostCall = (_execution, method) => {
      if (/^Range\.set/.test(method)) throw new SheetError('You are trying to edit a protected cell.');
    };
    const choice = { schema: 'public', table: 'people', columns: linked, append: ['town'] };
    await expect(lab.call('link', lab.tab.id, choice)).rejects.toThrow();
    lab.google.runtime.beforeHostCall = () => {};
    expect(lab.hub.link).toBeNull();
    expect(await lab.call('state')).toMatchObject({ kind: 'unlinked' });
  });

  it('asks for one table however often a person presses, and keeps the ids where it may be there', async () => {
    const { hub, tab } = lab;
    const { id } = await lab.call('proposal', tab.id);
    const idColumn = { header: 'Nr', type: 'bigint' as const, rows: 3 };
    const table = { schema: 'public', name: 'people', columns: [{ header: 'Nr', type: 'bigint' as const, key: true }] };
    hub.routes['POST /v1/tables/linked'] = () => {
      throw new TandemError('database_unavailable', 'The server does not answer.');
    };
    await expect(lab.call('linkNewTable', tab.id, { id, table, idColumn })).rejects.toThrow(/does not answer/);
    expect([1, 2, 3, 4].map((row) => tab.value(row, 5))).toEqual(['Nr', 1, 2, 3]);
    hub.routes['POST /v1/tables/linked'] = (body) => {
      const { table: wanted, ...place } = body as LinkNewTableRequest;
      return hub.create({ ...place, schema: 'public', table: wanted.name, columns: columns('Nr') });
    };
    expect(await lab.call('linkNewTable', tab.id, { id, table, idColumn })).toMatchObject({ kind: 'linked' });
    const sent = hub.messages<LinkNewTableRequest>('/v1/tables/linked');
    expect([sent.length > 2, new Set(sent.map((one) => one.id))]).toEqual([true, new Set([id])]);
    expect(tab.columnMetadata(5)).toHaveLength(1);

    await lab.open(PEOPLE);
    lab.hub.routes['POST /v1/tables/linked'] = () => {
      throw new TandemError('name_taken', 'There is already a table.');
    };
    await expect(lab.call('linkNewTable', lab.tab.id, { id, table, idColumn })).rejects.toThrow(/already a table/);
    expect(lab.tab.dataExtent().columns).toBe(4);
  });

  it('takes the header of a column back off the sheet where the server refuses the column', async () => {
    await lab.link();
    lab.hub.routes['POST /v1/links/:id/columns'] = () => {
      throw new TandemError('bad_request', 'The table has no column "note". Look again.');
    };
    const change = { add: [{ header: 'note', to: { column: 'note' } }] };
    await expect(lab.call('changeColumns', lab.tab.id, change, ['note'])).rejects.toThrow(/no column "note"/);
    expect(lab.tab.dataExtent().columns).toBe(4);
  });

  it('leaves the header where the server has taken the column up, though its answer was lost', async () => {
    await lab.link();
    lab.hub.routes['GET /v1/links/:id'] = () => lab.hub.link;
    lab.hub.routes['POST /v1/links/:id/columns'] = () => {
      const { mapping } = lab.hub.link!;
      mapping.columns.push({ ...mapping.columns[1]!, id: 'c9', header: 'note' });
      throw new TandemError('database_unavailable', 'The server does not answer.');
    };
    const change = { add: [{ header: 'note', to: { column: 'note' } }] };
    await expect(lab.call('changeColumns', lab.tab.id, change, ['note'])).rejects.toThrow(/does not answer/);
    expect(lab.tab.value(1, 5)).toBe('note');
  });

  it('puts no value of another table over a column that a person has for themselves', async () => {
    const related = { via: ['team'], column: 'score' };
    const linked = [...columns('id', 'name'), { header: 'score', ...related, direction: 'toSheet' as const }];
    const choice = { schema: 'public', table: 'people', columns: linked, append: ['score'] };
    await expect(lab.call('link', lab.tab.id, choice)).rejects.toThrow(/has a column “score” of its own/);
    await lab.call('link', lab.tab.id, { ...choice, columns: columns('id', 'name'), append: [] });
    const { said } = await lab.call('start', lab.tab.id, { winner: 'table' });
    expect(said).toBe('The first sync is done.');
    const change = { add: [{ header: 'score', to: { related } }] };
    await expect(lab.call('changeColumns', lab.tab.id, change, ['score'])).rejects.toThrow(/of its own/);
    expect(lab.hub.sent.filter(({ path }) => path.endsWith('/columns'))).toEqual([]);
  });
});

describe('a linked tab', () => {
  beforeEach(() => lab.openLinked(PEOPLE));

  it('[R15] goes on by “Resume” once the sheet is put right, though the server still holds the pause for its own', async () => {
    lab.hub.routes['POST /v1/links/:id/resume'] = () => {
      throw new TandemError('wrong_state', 'Row 1 no longer holds the headers.');
    };
    expect((await lab.call('resume', lab.tab.id)).said).toBe('Nothing new on either side.');
    lab.hub.routes['POST /v1/links/:id/resume'] = () => {
      throw new TandemError('not_allowed', 'Not you.');
    };
    await expect(lab.call('resume', lab.tab.id)).rejects.toThrow('Not you.');
  });

  it('is not forgotten where the server does not show its link to whoever presses “Remove”', async () => {
    lab.hub.routes['DELETE /v1/links/:id'] = () => {
      throw new TandemError('not_allowed', 'This tab is still linked, but the link is not shared with you.');
    };
    await expect(lab.call('unlink', lab.tab.id)).rejects.toThrow(/still linked/);
    expect(remembered()).toContain(`tandem.link.${lab.tab.id}`);
  });

  it('names the request where something went wrong on the server, for the admin is to be given it', async () => {
    lab.hub.routes['GET /v1/links/:id/status'] = () => {
      throw new TandemError('internal', 'Something went wrong. Give your admin the request id.');
    };
    await expect(lab.call('state')).rejects.toThrow('Give your admin the request id. Request id: r1.');
  });

  it('says of a cell that is gone by now that it is, not that something went wrong', async () => {
    await lab.call('showCell', lab.tab.id, 'B3');
    for (const cell of ['B5000', 'ZZ2']) {
      await expect(lab.call('showCell', lab.tab.id, cell)).rejects.toThrow(/not there any more/);
    }
    await expect(lab.call('showCell', 4711, 'B3')).rejects.toThrow(/not there any more/);
  });

  it('says what became of rows that were tried again, though the sync after it moved nothing', async () => {
    lab.hub.routes['POST /v1/links/:id/retry'] = () => ({ rows: 2 });
    expect((await lab.call('retry', lab.tab.id)).said).toBe('2 rows tried again.');
    lab.hub.routes['POST /v1/links/:id/conflicts'] = () => ({ cells: 3 });
    expect((await lab.call('conflicts', lab.tab.id, { keep: 'sheet' })).said).toBe(
      '3 values decided: the sheet’s stay.',
    );
  });

  it('keeps the people whom somebody else has added since the settings were read', async () => {
    const now = ['ann@example.com', 'bob@example.com'];
    lab.hub.routes['GET /v1/links/:id/settings'] = () => ({ members: now });
    lab.hub.routes['GET /v1/links/:id'] = () => lab.hub.link;
    lab.hub.routes['PATCH /v1/links/:id'] = (body) => body;
    const seen = ['ann@example.com', 'eve@example.com'];
    const wanted = ['ann@example.com', 'carl@example.com'];
    const saved = await lab.call('changeSettings', lab.tab.id, { members: wanted }, seen);
    expect(saved.members).toEqual([...now, 'carl@example.com']);
    expect((await lab.call('changeSettings', lab.tab.id, { members: [] }, seen)).members).toEqual(['bob@example.com']);
  });

  it('that was deleted is told of in the other tabs, where its link can be removed', async () => {
    const { id } = lab.tab;
    const other = lab.document.workbook.addTab({ title: 'Other' });
    expect((await lab.call('state')).gone).toEqual([]);
    lab.document.workbook.deleteTab(id);
    expect(await lab.call('state')).toMatchObject({ tab: { id: other.id }, gone: [{ id, table: 'people' }] });
    const { state } = await lab.call('unlink', id);
    expect(state).toMatchObject({ kind: 'unlinked', tab: { id: other.id }, gone: [] });
    expect(lab.hub.link).toBeNull();
    expect(lab.install.triggers).toEqual([]);
  });

  it('[I11] names the cells of its key, wherever that column stands', async () => {
    lab.hub.routes['GET /v1/links/:id/problems'] = () => ({
      problems: [],
      duplicates: [{ key: '1', rows: [2, 3], original: null }],
      blankKeys: [],
      keyCounts: { duplicates: 1, blankKeys: 0 },
      next: null,
      counts: {},
    });
    expect((await lab.call('attention', lab.tab.id, {})).keyPosition).toBe(1);
    lab.tab.insertColumns(1, 2);
    expect((await lab.call('attention', lab.tab.id, {})).keyPosition).toBe(3);
  });
});
