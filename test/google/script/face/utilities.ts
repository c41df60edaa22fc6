import { decodeBase64, encodeBase64, encodeUtf8 } from './base64.ts';
import { BlobFace } from './blob.ts';
import { makeEnum } from './enums.ts';
import { formatString } from './format-string.ts';
import { call, exception } from './rpc.ts';

import Util = GoogleAppsScript.Utilities;
type Bytes = number[];

const Charset = makeEnum<typeof Util.Charset>('US_ASCII', 'UTF_8');
const DigestAlgorithm = makeEnum<typeof Util.DigestAlgorithm>('MD2', 'MD5', 'SHA_1', 'SHA_256', 'SHA_384', 'SHA_512');
const MacAlgorithm = makeEnum<typeof Util.MacAlgorithm>(
  'HMAC_MD5',
  'HMAC_SHA_1',
  'HMAC_SHA_256',
  'HMAC_SHA_384',
  'HMAC_SHA_512',
);
const RsaAlgorithm = makeEnum<typeof Util.RsaAlgorithm>('RSA_SHA_1', 'RSA_SHA_256');

/** Without a charset Google reads text as US-ASCII, where anything else becomes `?`. */
function bytesOf(value: string | Bytes, charset?: Util.Charset): Bytes {
  if (typeof value !== 'string') return value;
  if (charset !== undefined && String(charset) === 'UTF_8') return encodeUtf8(value);
  return [...value].map((letter) => (letter.charCodeAt(0) < 128 ? letter.charCodeAt(0) : 63));
}

const webSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

export class UtilitiesFace implements Omit<Util.Utilities, 'zip' | 'unzip' | 'jsonParse' | 'jsonStringify'> {
  readonly Charset = Charset;
  readonly DigestAlgorithm = DigestAlgorithm;
  readonly MacAlgorithm = MacAlgorithm;
  readonly RsaAlgorithm = RsaAlgorithm;

  sleep(ms: number): void {
    call('Utilities.sleep', ms);
  }

  getUuid(): string {
    return call('Utilities.getUuid');
  }

  formatDate(date: GoogleAppsScript.Base.Date, zone: string, format: string): string {
    if (!((date as unknown) instanceof Date)) {
      throw exception(
        `The parameters (${typeof date === 'string' ? 'String' : typeof date},String,String) don't match the method signature for Utilities.formatDate.`,
      );
    }
    return call('Utilities.formatDate', date.getTime(), zone, format);
  }

  parseDate(text: string, zone: string, format: string): Date {
    return new Date(call('Utilities.parseDate', text, zone, format));
  }

  formatString(template: string, ...args: unknown[]): string {
    return formatString(template, args);
  }

  // ---- bytes

  base64Encode(data: string | Bytes, charset?: Util.Charset): string {
    return encodeBase64(bytesOf(data, charset ?? Charset.UTF_8));
  }

  base64EncodeWebSafe(data: string | Bytes, charset?: Util.Charset): string {
    return webSafe(this.base64Encode(data, charset));
  }

  base64Decode(text: string): Bytes {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw exception('Could not decode string.');
    return decodeBase64(text);
  }

  base64DecodeWebSafe(text: string): Bytes {
    return decodeBase64(text);
  }

  computeDigest(algorithm: Util.DigestAlgorithm, value: string | Bytes, charset?: Util.Charset): Bytes {
    return decodeBase64(call('Utilities.computeDigest', String(algorithm), encodeBase64(bytesOf(value, charset))));
  }

  computeHmacSignature(
    algorithm: Util.MacAlgorithm,
    value: string | Bytes,
    key: string | Bytes,
    charset?: Util.Charset,
  ): Bytes {
    const [data, secret] = [encodeBase64(bytesOf(value, charset)), encodeBase64(bytesOf(key, charset))];
    return decodeBase64(call('Utilities.computeHmac', String(algorithm), data, secret));
  }

  computeHmacSha256Signature(value: string | Bytes, key: string | Bytes, charset?: Util.Charset): Bytes {
    return this.computeHmacSignature(MacAlgorithm.HMAC_SHA_256, value, key, charset);
  }

  computeRsaSignature(algorithm: Util.RsaAlgorithm, value: string, key: string, charset?: Util.Charset): Bytes {
    return decodeBase64(call('Utilities.computeRsa', String(algorithm), encodeBase64(bytesOf(value, charset)), key));
  }

  computeRsaSha256Signature(value: string, key: string, charset?: Util.Charset): Bytes {
    return this.computeRsaSignature(RsaAlgorithm.RSA_SHA_256, value, key, charset);
  }

  computeRsaSha1Signature(value: string, key: string, charset?: Util.Charset): Bytes {
    return this.computeRsaSignature(RsaAlgorithm.RSA_SHA_1, value, key, charset);
  }

  newBlob(data: string | Bytes, type?: string, name?: string): BlobFace {
    const bytes = typeof data === 'string' ? encodeUtf8(data) : data;
    return new BlobFace(bytes, type ?? (typeof data === 'string' ? 'text/plain' : null), name ?? null);
  }

  gzip(blob: GoogleAppsScript.Base.BlobSource, name?: string): BlobFace {
    const packed = call('Utilities.gzip', encodeBase64(blob.getBlob().getBytes()));
    return new BlobFace(decodeBase64(packed), 'application/x-gzip', name ?? null);
  }

  ungzip(blob: GoogleAppsScript.Base.BlobSource): BlobFace {
    return new BlobFace(decodeBase64(call('Utilities.ungzip', encodeBase64(blob.getBlob().getBytes()))));
  }

  parseCsv(csv: string, delimiter: string | number = ','): string[][] {
    const comma = typeof delimiter === 'number' ? String.fromCharCode(delimiter) : delimiter;
    const rows: string[][] = [];
    let row: string[] = [];
    let field = '';
    let quoted = false;
    for (let i = 0; i < csv.length; i++) {
      const c = csv[i]!;
      if (quoted) {
        if (c !== '"') field += c;
        else if (csv[i + 1] === '"') field += csv[++i];
        else quoted = false;
      } else if (c === '"') quoted = true;
      else if (c === comma) {
        row.push(field);
        field = '';
      } else if (c === '\n') {
        rows.push([...row, field]);
        [row, field] = [[], ''];
      } else if (c !== '\r' || csv[i + 1] !== '\n') field += c;
    }
    if (field !== '' || row.length > 0) rows.push([...row, field]);
    return rows;
  }
}
