import type { Cell } from '../../shared/cell.ts';
import type { CycleReport } from '../../shared/cycle/cycle.ts';
import type { Effect, Step } from '../../shared/cycle/effects.ts';
import type { MarksPut } from './sheet-effects.ts';

/** A cycle under way. */
export interface Run {
  steps: Step<CycleReport>;
  next: IteratorResult<Effect, CycleReport>;
  startedAt: number;
  /** It sent the hub a message, so that it may have the lease. */
  asked: boolean;
  /** Epoch of the hub's last answer to it. */
  epoch: number | null;
  /** Notes that it put on cells, and has not told the hub of since. */
  put: MarksPut;
  /** Keys that it wrote over another one, since rows moved after its last reading, and has not looked at since. */
  overwriting: string[];
  /** Rows that it found to be deleted when it came to it. */
  looked: number[];
  /** What rows showed that it deleted, and has not told the hub of since. */
  deleted: Cell[];
}
