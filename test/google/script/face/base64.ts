/** Bytes as Apps Script has them: numbers from -128 to 127. There is no atob or TextEncoder in this realm. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = new Map([...ALPHABET].map((letter, i) => [letter, i]));

export function encodeBase64(bytes: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]! & 255, (bytes[i + 1] ?? 0) & 255, (bytes[i + 2] ?? 0) & 255];
    const left = bytes.length - i;
    parts.push(
      ALPHABET[a >> 2]! +
        ALPHABET[((a & 3) << 4) | (b >> 4)]! +
        (left > 1 ? ALPHABET[((b & 15) << 2) | (c >> 6)]! : '=') +
        (left > 2 ? ALPHABET[c & 63]! : '='),
    );
  }
  return parts.join('');
}

export function decodeBase64(text: string): number[] {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const letter of text) {
    const code = codes.get(letter === '-' ? '+' : letter === '_' ? '/' : letter);
    if (code === undefined) continue;
    bits = ((bits << 6) | code) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push(((bits >> count) << 24) >> 24);
    }
  }
  return bytes;
}

export function encodeUtf8(text: string): number[] {
  const bytes: number[] = [];
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push((0xc0 | (code >> 6)) - 256, (0x80 | (code & 63)) - 256);
    else if (code < 0x10000)
      bytes.push((0xe0 | (code >> 12)) - 256, (0x80 | ((code >> 6) & 63)) - 256, (0x80 | (code & 63)) - 256);
    else
      bytes.push(
        (0xf0 | (code >> 18)) - 256,
        (0x80 | ((code >> 12) & 63)) - 256,
        (0x80 | ((code >> 6) & 63)) - 256,
        (0x80 | (code & 63)) - 256,
      );
  }
  return bytes;
}

export function decodeUtf8(bytes: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i]! & 255;
    const length = first < 0x80 ? 1 : first >> 5 === 6 ? 2 : first >> 4 === 14 ? 3 : first >> 3 === 30 ? 4 : 0;
    let code = length === 1 ? first : first & (0x7f >> length);
    let good = length > 0;
    for (let k = 1; k < length && good; k++) {
      const next = (bytes[i + k] ?? 0) & 255;
      good = next >> 6 === 2;
      code = (code << 6) | (next & 63);
    }
    parts.push(good && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');
    i += good ? length : 1;
  }
  return parts.join('');
}
