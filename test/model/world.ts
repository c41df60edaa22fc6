import { fate, supersede } from './oracle.ts';
import type { State } from './state.ts';

/** What people and applications do, each as one change of the world. */
export type Move = [label: string, change: (state: State) => void];

export function peopleMoves(state: State): Move[] {
  const { left, sheet } = state;
  const moves: Move[] = [];
  const lines = sheet.flatMap(([key, value], index) => (key !== null && value !== null ? [{ key, value, index }] : []));
  for (const { key, index } of lines) {
    if (left.sheetEdits > 0) {
      moves.push([
        `a person edits row ${key}`,
        (s) => {
          s.left.sheetEdits--;
          const tag = s.nextTag++;
          supersede(s, s.sheet[index]![1]!);
          s.fates[tag] = { by: 'sheet', home: [key] };
          s.sheet[index]![1] = tag;
        },
      ]);
    }
    if (left.sheetDeletes > 0) {
      moves.push([
        `a person deletes row ${key}`,
        (s) => {
          s.left.sheetDeletes--;
          supersede(s, s.sheet[index]![1]!);
          s.sheet.splice(index, 1);
        },
      ]);
    }
    if (left.cuts > 0 && state.clipboard === null) {
      moves.push([
        `a person cuts row ${key}`,
        (s) => {
          s.left.cuts--;
          [s.clipboard] = s.sheet.splice(index, 1) as [State['sheet'][number]];
        },
      ]);
    }
    const free = freeKey(state);
    if (left.rekeys > 0 && free !== null) {
      moves.push([
        `a person changes key ${key} to ${free}`,
        (s) => {
          s.left.rekeys--;
          s.sheet[index]![0] = free;
          fate(s, s.sheet[index]![1]!).home.push(free);
        },
      ]);
    }
  }
  if (state.clipboard !== null) {
    moves.push([
      'the person pastes the row at the bottom',
      (s) => {
        s.sheet.push(s.clipboard!);
        fate(s, s.clipboard![1]!).pasted = true;
        s.clipboard = null;
      },
    ]);
  }
  if (left.sorts > 0 && sheet.length > 1) moves.push(sortMove);
  return moves;
}

export const sortMove: Move = [
  'a person sorts the sheet',
  (s) => {
    s.left.sorts--;
    s.sheet.reverse();
  },
];

/** A key that neither side nor the clipboard has. */
function freeKey(state: State): string | null {
  const taken = new Set([...state.sheet.map(([key]) => key), ...Object.keys(state.table), state.clipboard?.[0]]);
  return taken.has('3') ? null : '3';
}

export function applicationMoves(state: State): Move[] {
  const { left } = state;
  const moves: Move[] = [];
  const capture = (s: State, ...keys: string[]) => (s.dirty = [...new Set([...s.dirty, ...keys])].sort());
  for (const key of Object.keys(state.table)) {
    if (left.tableEdits > 0) {
      moves.push([
        `an application updates row ${key}`,
        (s) => {
          s.left.tableEdits--;
          const tag = s.nextTag++;
          supersede(s, s.table[key]);
          s.fates[tag] = { by: 'table', home: [key] };
          s.table[key] = tag;
          capture(s, key);
        },
      ]);
    }
    if (left.tableDeletes > 0) {
      moves.push([
        `an application deletes row ${key}`,
        (s) => {
          s.left.tableDeletes--;
          supersede(s, s.table[key]);
          delete s.table[key];
          capture(s, key);
        },
      ]);
    }
    const free = freeKey(state);
    if (left.rekeys > 0 && free !== null) {
      moves.push([
        `an application changes key ${key} to ${free}`,
        (s) => {
          s.left.rekeys--;
          s.table[free] = s.table[key]!;
          fate(s, s.table[free]).home.push(free);
          delete s.table[key];
          capture(s, key, free);
        },
      ]);
    }
  }
  return moves;
}
