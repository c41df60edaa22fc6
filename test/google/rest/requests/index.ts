import * as attachments from './attachments.ts';
import * as cells from './cells.ts';
import * as dimensions from './dimensions.ts';
import { findReplace } from './find-replace.ts';
import type { RequestKind } from './kind.ts';
import * as metadata from './metadata.ts';
import * as ranges from './ranges.ts';
import * as sheets from './sheets.ts';
import { addTable, deleteTable, updateTable } from './tables.ts';

/** Every kind of request that batchUpdate knows, by its name in the body. */
export const requestKinds: Record<string, RequestKind> = {
  ...attachments,
  ...cells,
  ...dimensions,
  ...metadata,
  ...ranges,
  ...sheets,
  findReplace,
  addTable,
  updateTable,
  deleteTable,
};
