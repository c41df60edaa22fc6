import { NORMALISED, tagOf, type Fate, type State } from './state.ts';

/**
 * What must hold at every write, whoever makes it. The oracle knows by whom each value was written and what became of
 * it; a value that is overwritten must have been delivered, journaled or superseded by its own side.
 */

export function fate(state: State, value: number): Fate {
  return state.fates[tagOf(value)]!;
}

export function blame(state: State, sentence: string): void {
  state.bad ??= sentence;
}

const accounted = (one: Fate): boolean => one.delivered === true || one.journaled === true || one.superseded === true;

/** The sync writes a value that came from the sheet into the table. */
export function syncWritesTable(state: State, key: string, value: number, normalise: boolean): void {
  const old = state.table[key];
  const written = fate(state, value);
  if (!written.home.includes(key)) blame(state, '[I3] a value reached another row of the table');
  if (old !== undefined && tagOf(old) !== tagOf(value)) {
    const was = fate(state, old);
    if (was.by === 'table' && !accounted(was)) blame(state, '[I1] an application’s value was overwritten unseen');
    if (was.by === written.by && tagOf(value) < tagOf(old)) {
      blame(state, '[I16] an older value came back over a newer one in the table');
    }
    if (written.by === 'start' && !written.pasted) blame(state, '[I16] the initial value came back in the table');
    if (written.journaled && !written.pasted) blame(state, '[I16] a value that had lost came back in the table');
  }
  state.table[key] = normalise && value < NORMALISED && written.by === 'sheet' ? value + NORMALISED : value;
  if (written.by === 'sheet') written.delivered = true;
}

/** The sync removes a row from the table. */
export function syncDeletesInTable(state: State, key: string, scansMissed: number): void {
  const was = fate(state, state.table[key]!);
  if (!accounted(was) && was.by === 'table') blame(state, '[I9] a row edited in the table was deleted there');
  if (state.clipboard?.[0] === key) blame(state, '[I9] a row that a person is moving was deleted in the table');
  if (scansMissed < 2) blame(state, '[I9] a row was deleted in the table after one scan');
  delete state.table[key];
}

/** The sync writes a value into the sheet's row, which shows `old` (undefined: a new row). */
export function syncWritesSheet(state: State, key: string, old: number | undefined, value: number): void {
  const written = fate(state, value);
  if (old !== undefined && tagOf(old) !== tagOf(value)) {
    const was = fate(state, old);
    // A value on a row that is not its own was misplaced: what it covered must come back, which the end shows.
    const misplaced = !written.home.includes(key);
    if (was.by === 'sheet' && !accounted(was) && !misplaced) {
      blame(state, '[I2] a person’s value was overwritten unseen');
    }
    const both = was.by === 'table' && written.by === 'table' && was.home.includes(key) && !misplaced;
    if (both && tagOf(value) < tagOf(old)) {
      blame(state, '[I16] an older value came back over a newer one in the sheet');
    }
  }
  if (written.by === 'table' && written.home.includes(key)) written.delivered = true;
}

/** The sync removes a row from the sheet. */
export function syncDeletesInSheet(state: State, key: string, old: number): void {
  const was = fate(state, old);
  if (was.by === 'sheet' && !accounted(was)) blame(state, '[I2] a row edited in the sheet was deleted there');
  if (state.table[key] !== undefined && tagOf(state.table[key]) === tagOf(old)) {
    blame(state, '[I16] a row that the table still has was deleted in the sheet');
  }
}

/** Whoever wrote on a side replaces or removes what stood there. */
export function supersede(state: State, value: number | undefined): void {
  if (value !== undefined) fate(state, value).superseded = true;
}

/** [I11] Values that ended nowhere: neither delivered nor journaled nor superseded nor shown. */
export function vanished(state: State, shown: ReadonlySet<number>): string | null {
  for (const [tag, one] of Object.entries(state.fates)) {
    if (one.by === 'start' || accounted(one) || shown.has(Number(tag))) continue;
    return `[I11] a value written ${one.by === 'sheet' ? 'by a person' : 'by an application'} ended nowhere`;
  }
  return null;
}
