import { createHash, createHmac, createSign, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Execution } from '../execution.ts';
import { formatDate, parseDate } from '../java-date-format.ts';
import { ServiceError } from '../service-error.ts';

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

/** Utilities. Bytes cross as base64. */
export const utilityServices = {
  'Utilities.getUuid': (): string => randomUUID(),
  'Utilities.sleep': async (execution: Execution, ms: number): Promise<void> => {
    if (!(ms >= 0 && ms <= 300_000)) throw new ServiceError('Invalid argument: milliseconds');
    await execution.sleep(ms);
  },
  'Utilities.formatDate': (_: Execution, ms: number, zone: string, pattern: string): string =>
    formatDate(ms, zone, pattern),
  'Utilities.parseDate': (_: Execution, text: string, zone: string, pattern: string): number =>
    parseDate(text, zone, pattern),
  'Utilities.computeDigest': (_: Execution, algorithm: string, value: string): string =>
    createHash(nodeName(algorithm)).update(bytes(value)).digest('base64'),
  'Utilities.computeHmac': (_: Execution, algorithm: string, value: string, key: string): string =>
    createHmac(nodeName(algorithm.replace('HMAC_', '')), bytes(key))
      .update(bytes(value))
      .digest('base64'),
  'Utilities.computeRsa': (_: Execution, algorithm: string, value: string, key: string): string =>
    createSign(nodeName(algorithm.replace('RSA_', '')))
      .update(bytes(value))
      .sign(key, 'base64'),
  'Utilities.gzip': (_: Execution, data: string): string => gzipSync(bytes(data)).toString('base64'),
  'Utilities.ungzip': (_: Execution, data: string): string => gunzipSync(bytes(data)).toString('base64'),
};

function nodeName(algorithm: string): string {
  if (algorithm === 'MD2') throw new ServiceError('MD2 is not provided by the local Google.');
  return algorithm.replace('_', '').toLowerCase();
}
