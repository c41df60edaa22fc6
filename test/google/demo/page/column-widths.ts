const CHARACTER = 6.6;
const PADDING = 18;
/** Rows looked at: the rest cannot be told apart on screen and measuring all of them would show in the frame rate. */
const SAMPLE = 120;

/** A width in CSS pixels for each column, by the longest texts of its first rows. */
export function columnWidths(
  rows: readonly (readonly (string | null)[])[],
  count: number,
  { least = 64, most = 220 } = {},
): number[] {
  const sample = rows.slice(0, SAMPLE);
  return Array.from({ length: count }, (_, column) => {
    const lengths = sample.map((row) => (row[column] ?? '').length).sort((a, b) => a - b);
    // The 95th percentile: one long sentence should not push the other columns out of sight.
    const typical = lengths[Math.floor(lengths.length * 0.95)] ?? 0;
    const longest = Math.max(typical, lengths.length > 0 ? (sample[0]![column] ?? '').length : 0);
    return Math.round(Math.min(most, Math.max(least, longest * CHARACTER + PADDING)));
  });
}
