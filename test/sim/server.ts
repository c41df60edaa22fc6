import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from '../../api/database/connect.ts';
import type { EmbeddedDatabase } from '../../api/database/embedded.ts';
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
  /** Stops it at once, as a crash of all its processes does, and waits until it is there again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A real PostgreSQL in the temporary folder, without fsync. It ends with this process, however that ends. */
export async function startServer(): Promise<SimServer> {
  await sweepServers();
  const home = await mkdtemp(join(tmpdir(), HOME_PREFIX));
  // Its tables are small, and planning anew what is planned already took a fifth of the server's time.
  const server = await startThrowAway(home, ['plan_cache_mode=force_generic_plan']);
  const unwatch = await watchServer(home, server.pid);
  let made = 0;
  return {
    database: () => migratedDatabase(socketAddress(server, 'postgres'), `sim_${process.pid}_${++made}`),
    restart: () => restart(server),
    stop: async () => {
      await server.stop();
      unwatch();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function restart({ data, url }: EmbeddedDatabase): Promise<void> {
  const process_ = async (): Promise<number> =>
    Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  const before = await process_();
  process.kill(before, 'SIGQUIT');
  for (;;) {
    await sleep(20);
    if ([before, 0].includes(await process_())) continue;
    const connection = connectDatabase(url, { max: 1 });
    try {
      await connection.sql`SELECT 1`;
      return;
    } catch {
      // It is still recovering.
    } finally {
      await connection.close(1);
    }
  }
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

/** A world on that database, linked and in step; `restart`, where the server is nobody else's. */
export async function openWorld(url: string, restart: (() => Promise<void>) | null = null): Promise<World> {
  return World.open(url, firstSync, restart);
}

/** A world on a server of its own, which may be stopped under it. */
export async function openMortalWorld(): Promise<{ world: World; close: () => Promise<void> }> {
  const server = await startServer();
  const url = await server.database();
  const { sql, close } = connectDatabase(url, { max: 1 });
  // What was committed is there after a restart; without fsync that does not go by itself.
  await sql.unsafe(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$`,
  );
  await close(1);
  const world = await openWorld(url, () => server.restart());
  return {
    world,
    close: async () => {
      await world.close();
      await server.stop();
    },
  };
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
