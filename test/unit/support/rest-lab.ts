import { createSheetsClient } from '../../../api/sheets/client.ts';
import type { RestTab } from '../../../api/sheets/tab.ts';
import { writeBlocks } from '../../../api/sheets/write-blocks.ts';
import type { Cell } from '../../../shared/cell.ts';
import { toBlocks } from '../../../shared/cycle/blocks.ts';
import type { BlockOutcome } from '../../../shared/cycle/effects.ts';
import { createRestServer, type RestServer } from '../../google/rest/server.ts';
import { Workbook } from '../../google/workbook/workbook.ts';

const QUOTA = { readsPerMinute: 1e6, readsPerMinutePerUser: 1e6, writesPerMinute: 1e6, writesPerMinutePerUser: 1e6 };

/** A tab as the REST host reaches it, over the REST face of the local Google. */
export class RestLab {
  workbook!: Workbook;
  tab!: RestTab;
  private server!: RestServer;

  static async open(): Promise<RestLab> {
    const lab = new RestLab();
    lab.server = createRestServer({
      quota: QUOTA,
      documents: {
        find: (id) => (id === lab.workbook.id ? lab.workbook : undefined),
        create: () => {
          throw new Error('nothing is created here');
        },
      },
      authorize: () => ({ email: 'host@example.com' }),
    });
    const rootUrl = await lab.server.listen();
    const api = createSheetsClient({ rootUrl, keyFile: null, accessToken: 't' });
    lab.tab = {
      api,
      spreadsheetId: '',
      sheetId: 0,
      gridRows: 100,
      wait: async () => {},
      mayWrite: () => {},
      mayMend: () => {},
    };
    return lab;
  }

  async close(): Promise<void> {
    await this.server.close();
  }

  /** A new spreadsheet of two rows, the last column of the first a formula. */
  renew(): void {
    this.workbook = new Workbook({ timeZone: 'Europe/Berlin', owner: 'ann@example.com' });
    const sheet = this.workbook.addTab({});
    this.tab.spreadsheetId = this.workbook.id;
    this.tab.sheetId = sheet.id;
    this.tab.gridRows = sheet.rowCount;
    sheet.setInputs(1, 1, [
      ['id', 'name', 'total'],
      [1, 'Ann', '=A2*2'],
      [2, 'Bob', 7],
    ]);
  }

  /** Writes one cell, which must still show `base` where that is given. */
  write(row: number, position: number, value: Cell, base?: Cell): Promise<BlockOutcome[]> {
    return writeBlocks(this.tab, toBlocks([{ row, position, value, ...(base === undefined ? {} : { base }) }]));
  }
}
