import { useEffect, useRef, useState } from 'preact/hooks';

/** Above this many the change is a sort, an insert or a load: flashing the whole grid would tell nothing. */
const MOST_FLASHING = 1200;
const FLASH_MS = 1600;

/** Keys `row,column` (0-based) of cells whose text differs, or none when the columns themselves changed. */
export function changedCells(
  before: readonly (readonly (string | null)[])[],
  after: readonly (readonly (string | null)[])[],
): string[] {
  const changed: string[] = [];
  if (before.length === 0) return changed;
  for (let row = 0; row < Math.max(before.length, after.length); row++) {
    const old = before[row] ?? [];
    const fresh = after[row] ?? [];
    if (old === fresh) continue;
    for (let column = 0; column < Math.max(old.length, fresh.length); column++) {
      if ((old[column] ?? '') !== (fresh[column] ?? '')) changed.push(`${row},${column}`);
    }
    if (changed.length > MOST_FLASHING) return [];
  }
  return changed;
}

/** The cells that changed a moment ago, for a tint that fades. `own` says which not to flash: what one typed oneself. */
export function useFlash(
  rows: readonly (readonly (string | null)[])[],
  structure: string,
  own?: { current: Set<string> },
): ReadonlySet<string> {
  const previous = useRef<{ rows: typeof rows; structure: string }>({ rows: [], structure: '' });
  const [flashing, setFlashing] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const before = previous.current;
    previous.current = { rows, structure };
    if (before.rows === rows || before.structure !== structure) return undefined;
    const fresh = changedCells(before.rows, rows).filter((key) => !(own?.current.has(key) ?? false));
    own?.current.clear();
    if (fresh.length === 0) return undefined;
    setFlashing(new Set(fresh));
    const timer = setTimeout(() => setFlashing(new Set()), FLASH_MS);
    return () => clearTimeout(timer);
  }, [rows, structure]);
  return flashing;
}
