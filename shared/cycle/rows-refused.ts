import type { EffectTable, RowsInserted } from './effects.ts';

/** Why a tab takes no new rows, or the archive none, in the words of both hosts. */

export const ROWS_PROTECTED: RowsInserted = {
  ok: false,
  why: 'protected',
  message:
    'The account that syncs may not add rows here: the tab or a column of it is protected, or the spreadsheet is only shared to view. Let that account edit it, then try again.',
};

export const ROWS_REFUSED: RowsInserted = {
  ok: false,
  why: 'invalid',
  message:
    'Sheets does not take new rows here. A spreadsheet holds at most 10 million cells, empty ones too: delete rows, columns or tabs that nobody needs, then try again.',
};

export const NO_ROOM_IN_ARCHIVE: EffectTable['appendArchive']['result'] = {
  ok: false,
  message:
    'The account that syncs may not make or extend that tab. Unprotect it, or make room: a spreadsheet holds at most 10 million cells, empty ones too.',
};
