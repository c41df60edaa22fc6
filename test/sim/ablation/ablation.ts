import type { MessageName } from '../../../shared/cycle/effects.ts';
import type { ApplicationAct, FaultKind, PersonAct, Setup } from '../schedule.ts';
import type { World } from '../world.ts';

/**
 * A rule of the protocol taken away. It is done from outside, on messages, on the host's effects and in the database, so
 * that the product has no switch that could be thrown by mistake.
 */
export interface Ablation {
  /** Runs begin although another is under way. */
  documentLock?: true;
  /** The cells are not looked at again before the write: the scan's reading is taken for the re-check. */
  recheck?: true;
  /** The look back after a write shows what was meant to be written: nothing has moved. */
  repair?: true;
  /** Nothing is written as text on purpose. */
  asText?: true;
  /** Columns that are not on the sheet are read as blanks. */
  missingColumns?: true;
  /** Formulas are read as if their results had been typed. */
  formulas?: true;
  /** After one refused write of a message all others of it count as refused. */
  bisect?: true;
  /** No write-ahead note. */
  note?: true;
  /** Notes on cells are not written. */
  marks?: true;
  /** Rows are said to be in the archive, and are not. */
  archive?: true;
  /** A copy of the spreadsheet passes for the original. */
  copies?: true;
  /** Headers that are gone or sorted away are read as if they were there, errors among keys as empty cells. */
  anomalies?: true;
  /** Only schedules of this kind: the ordinary ones come to it now and then, most of them for nothing. */
  theme?: Theme;
  /** May change the message. */
  beforeDelivery?: (world: World, name: MessageName, message: Record<string, unknown>) => Promise<void>;
  /** `reply`: null where the hub refused. */
  afterDelivery?: (world: World, name: MessageName, message: Record<string, unknown>, reply: unknown) => Promise<void>;
  /** Statements that take the rule out of the database, and put it back. */
  off?: string;
  on?: string;
}

/** Of what the generator makes, a part: kinds of trouble, a kind of table, settings of the link. */
export interface Theme {
  faults?: readonly FaultKind[];
  /** What happens in them far more often than else. */
  acts?: readonly (PersonAct | ApplicationAct)[];
  profile?: string;
  /** Every column goes by *latest*, and by this where that proves nothing. */
  latest?: 'sheet' | 'table';
  setup?: Partial<Omit<Setup, 'do' | 'profile'>>;
}

/** A rule to take away, and what it is in PROTOCOL.md. */
export interface AblatedRule extends Ablation {
  name: string;
  rules: string;
  /** Why it is kept although no schedule misses it, and what shows that. */
  kept?: string;
}
