import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase } from '../../api/database/connect.ts';
import { migrateDatabase } from '../../api/database/migrate.ts';
import type { CycleReport } from '../../shared/cycle/cycle.ts';
import { socketAddress, startThrowAway } from '../pg/support/throw-away-server.ts';
import { Network } from './network.ts';
import { Oracle } from './oracle.ts';
import { SimHost } from './sim-host.ts';
import { HOME_PREFIX, sweepServers, watchServer } from './watch-server.ts';
import { World } from './world.ts';

export interface SimServer {
  /** Makes a database of its own on the server and answers its address. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

/** A real PostgreSQL in the temporary folder, without fsync. It ends with this process, however that ends. */
export async function startServer(): Promise<SimServer> {
  await sweepServers();
  const home = await mkdtemp(join(tmpdir(), HOME_PREFIX));
  const server = await startThrowAway(home);
  const unwatch = await watchServer(home, server.pid);
  let made = 0;
  return {
    database: () => migratedDatabase(socketAddress(server, 'postgres'), `sim_${process.pid}_${++made}`),
    stop: async () => {
      await server.stop();
      unwatch();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A new migrated database on the server that `admin` is a database of. */
export async function migratedDatabase(admin: string, name: string): Promise<string> {
  const connection = connectDatabase(admin, { max: 1 });
  await connection.sql`create database ${connection.sql(name)}`;
  await connection.close(1);
  const url = admin.replace(/\/postgres(?=\?|$)/, `/${name}`);
  const own = connectDatabase(url, { max: 1 });
  await migrateDatabase(own.sql);
  await own.close(1);
  return url;
}

/** A world on that database, linked and in step. */
export async function openWorld(url: string): Promise<World> {
  const world = await World.open(url, firstSync);
  return world;
}

async function firstSync(world: World): Promise<void> {
  const network = new Network(world);
  const properties = { memo: null, mapping: structuredClone(world.link.mapping) };
  const host = new SimHost(world, network, new Oracle(), properties, 'first');
  const cycle = async (): Promise<CycleReport> => {
    await host.start({ kind: 'full' });
    await host.finish();
    return host.reports.at(-1)!;
  };
  await cycle();
  await world.demand('POST', `/v1/links/${world.link.id}/start`, { winner: 'table' });
  for (let n = 0; n < 4; n++) await cycle();
  const last = host.reports.at(-1)!;
  if (last.outcome !== 'done' || last.cellsWritten > 0 || last.pushed > 0) {
    throw new Error(`the first sync did not come to rest: ${JSON.stringify(last)}`);
  }
}
