import { join } from 'node:path';
import { startEmbedded, type EmbeddedDatabase } from '../../../api/database/embedded.ts';

/**
 * Settings that cost a server nothing but what a test does not need: replication, and compiling queries on a few rows.
 * Its socket lies in its data folder, whose name is not too long for one as long as the address is relative.
 */
const SETTINGS = ['unix_socket_directories=.', 'wal_level=minimal', 'max_wal_senders=0', 'jit=off'];

/** Longest path of a socket that every system takes, in bytes. */
const LONGEST_PATH = 100;

/** A server in `home` that lasts as long as a test run: no fsync. */
export const startThrowAway = (home: string, more: readonly string[] = []): Promise<EmbeddedDatabase> =>
  startEmbedded({ home, durable: false, settings: [...SETTINGS, ...more] });

/**
 * Address of a database of the server, over its Unix socket: a statement costs a fifth less there than over TCP.
 * Over TCP where the path is too long for a socket.
 */
export function socketAddress({ url, port, data }: EmbeddedDatabase, database: string): string {
  const address = url.replace(/\/tandem$/, `/${database}`);
  const path = join(data, `.s.PGSQL.${port}`);
  return Buffer.byteLength(path) > LONGEST_PATH ? address : `${address}?host=${encodeURIComponent(data)}`;
}
