/**
 * Behaviour of Sheets that nobody could confirm, or that one source alone reports: the answers that are built, and that
 * a test may turn round, one or several at a time (FIDELITY.md). What Tandem guarantees must hold under all of them.
 */
export interface Unconfirmed {
  /** `=1+1` written into a cell of format `@` stays text. */
  plainTextStopsFormulas: boolean;
  /** The apostrophe of `'x` is dropped in a cell of format `@` too. */
  plainTextDropsApostrophe: boolean;
  /** The apostrophe of `'x` that a program writes is dropped at all, as the one that a person types is. */
  apostropheMeansText: boolean;
  /** A number or boolean that a program writes into a cell of format `@` stays one. */
  plainTextKeepsTypes: boolean;
  /** Rich text is never parsed. */
  richTextIsLiteral: boolean;
  /** A carriage return in text stays one. */
  keepsCarriageReturns: boolean;
  /** Nothing of a block is written when one of its cells is refused. */
  refusesWholeBlocks: boolean;
  /** The REST API tells of a smart chip by an `@` in the cell's value; the text it shows is in `formattedValue` alone. */
  chipsReadAsPlaceholders: boolean;
  /** A column with a type refuses values of another type from scripts and people; else it only marks them. */
  typedColumnsRefuse: boolean;
  /** Rows inserted right below the last row of a table become part of it. */
  tablesGrow: boolean;
  /** A run that reads a cell again sees what it saw before, until it flushes or writes. */
  runsCacheReads: boolean;
  /** What a run writes after a write that is refused at the flush alone is lost with that. */
  lateRefusalsLoseTheRest: boolean;
}

export const chosen: Unconfirmed = {
  plainTextStopsFormulas: true,
  plainTextDropsApostrophe: true,
  apostropheMeansText: true,
  plainTextKeepsTypes: true,
  richTextIsLiteral: true,
  keepsCarriageReturns: true,
  refusesWholeBlocks: true,
  chipsReadAsPlaceholders: true,
  typedColumnsRefuse: true,
  tablesGrow: true,
  runsCacheReads: true,
  lateRefusalsLoseTheRest: false,
};
