type Json = Record<string, unknown>;

/** `#00ffff` → `{ green: 1, blue: 1 }`: zero channels are left out. */
export function toColor(hex: string): Json {
  const channel = (at: number): number => Math.round((parseInt(hex.slice(at, at + 2), 16) / 255) * 1e8) / 1e8;
  const entries = [
    ['red', channel(1)],
    ['green', channel(3)],
    ['blue', channel(5)],
  ] as const;
  return Object.fromEntries(entries.filter(([, value]) => value !== 0));
}

export function fromColor(color: { red?: number; green?: number; blue?: number } | undefined): string | undefined {
  if (!color) return undefined;
  const channel = (value = 0): string =>
    Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${channel(color.red)}${channel(color.green)}${channel(color.blue)}`;
}
