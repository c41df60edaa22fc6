/** A refusal of the spreadsheet itself; `message` is what Google says, as far as it is known (FIDELITY.md). */
export class SheetError extends Error {
  override name = 'SheetError';
}

/** A write that reject-style data validation refuses. `cell` is the A1 name of the first such cell. */
export class InvalidDataError extends SheetError {
  override name = 'InvalidDataError';
  readonly cell: string;

  constructor(cell: string, help?: string) {
    super(help ?? `The data you entered in cell ${cell} violates the data validation rules set on this cell.`);
    this.cell = cell;
  }
}

/** A write into a protected range by somebody who is not one of its editors. */
export class ProtectedError extends SheetError {
  override name = 'ProtectedError';

  constructor() {
    super(
      'You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection if you need to edit.',
    );
  }
}

/** A cell, row or column outside of the grid. */
export class OutOfGridError extends SheetError {
  override name = 'OutOfGridError';
}
