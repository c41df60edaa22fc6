export function now(): number {
  return Date.now();
}

export function sleep(ms: number): void {
  Utilities.sleep(ms);
}
