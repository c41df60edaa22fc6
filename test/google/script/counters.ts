/**
 * What scripts did to a document, by kind. A read is one fetch of the whole data range (values from row 2 or above down
 * to the last row, all columns); other fetches of values below the header row are partial reads.
 */
const names = [
  'executions',
  'hostCalls',
  'reads',
  'partialReads',
  'headerReads',
  'formulaReads',
  'noteReads',
  'formatReads',
  'metadataReads',
  'cellWrites',
  'noteWrites',
  'formatWrites',
  'metadataWrites',
  'rowsInserted',
  'rowsDeleted',
  'calls',
  'propertyReads',
  'propertyWrites',
] as const;

export type CounterName = (typeof names)[number];
export type CounterSnapshot = Record<CounterName, number>;

export class Counters {
  #counts = zero();

  add(name: CounterName, amount = 1): void {
    this.#counts[name] += amount;
  }

  get(name: CounterName): number {
    return this.#counts[name];
  }

  get reads(): number {
    return this.#counts.reads;
  }

  get cellWrites(): number {
    return this.#counts.cellWrites;
  }

  get calls(): number {
    return this.#counts.calls;
  }

  snapshot(): CounterSnapshot {
    return { ...this.#counts };
  }

  /** What was counted since a snapshot. */
  since(before: CounterSnapshot): CounterSnapshot {
    return Object.fromEntries(names.map((name) => [name, this.#counts[name] - before[name]])) as CounterSnapshot;
  }

  reset(): void {
    this.#counts = zero();
  }
}

function zero(): CounterSnapshot {
  return Object.fromEntries(names.map((name) => [name, 0])) as CounterSnapshot;
}
