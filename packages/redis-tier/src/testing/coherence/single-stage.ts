/**
 * One primary behind an endpoint, with a replica that can replace it. Every process connects through its own proxy,
 * which follows the primary as the host name of a managed endpoint does.
 */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FaultProxy, type ProxiedLink, startFaultProxy } from '../fault-proxy.ts';
import { type RedisServerProcess, startRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';
import type { Random } from './random.ts';
import type { TestServers } from './stage.ts';

/** Longest freeze of a link, in ms: sometimes longer than the local tier's bound of three seconds. */
const maxFrozenMs = 5000;

export async function startSingleServer(binary: string): Promise<TestServers> {
  const both = await Promise.all([startRedisServer(binary), startRedisServer(binary)]);
  let [primary, replica] = both;
  const proxies: FaultProxy[] = [];
  const older = join(primary.folder, 'older.rdb');
  // Replication has its own proxy: while that is frozen, the replica misses what the primary acknowledges.
  const replication = await startFaultProxy(() => ({ host: '127.0.0.1', port: primary.port }));

  const follow = async (): Promise<void> => {
    await replica.admin.replicaof('127.0.0.1', replication.port);
    await until('the replica follows', async () =>
      String(await replica.admin.info('replication')).includes('master_link_status:up'),
    );
  };
  await follow();

  const restart = async (server: RedisServerProcess, snapshot: string | undefined): Promise<void> => {
    await server.kill();
    const dump = join(server.folder, 'dump.rdb');
    if (snapshot === undefined) rmSync(dump, { force: true });
    else copyFileSync(snapshot, dump);
    await server.start();
  };

  /** The replica, which has missed the last writes, becomes the primary; the old one returns as its replica. */
  const failOver = async (random: Random): Promise<void> => {
    replication.freeze('toClient');
    await delay(50 + random.next() * 400);
    await primary.kill();
    replication.thaw();
    replication.cut();
    await replica.admin.replicaof('NO', 'ONE');
    [primary, replica] = [replica, primary];
    for (const proxy of proxies) proxy.cut();
    rmSync(join(replica.folder, 'dump.rdb'), { force: true });
    await replica.start();
    await follow();
  };

  /** The links without a subscription. */
  const commandLinks = async ({ links }: FaultProxy): Promise<ProxiedLink[]> => {
    const clients = String(await primary.admin.client('LIST')).split('\n');
    const subscriberPorts = new Set(
      clients
        .filter((client) => /\bsub=[1-9]/.test(client))
        .map((client) => Number(/\baddr=\S+:(\d+)/.exec(client)?.[1])),
    );
    return links.filter(({ serverSidePort }) => !subscriberPorts.has(serverSidePort));
  };

  const pickLink = (random: Random) => {
    const { links } = random.pick(proxies);
    return links.length === 0 ? undefined : random.pick(links);
  };

  return {
    cluster: false,
    faults: {
      evict: async (random) => {
        const names = await primary.admin.keys('*');
        for (const name of names) if (random.next() < 0.3) await primary.admin.unlink(name);
      },
      flush: async () => void (await primary.admin.flushall()),
      cut: async (random) => random.pick(proxies).cut(),
      'cut-one': async (random) => pickLink(random)?.cut(),
      /** A link on which nothing arrives any more: the one for commands, or the one for invalidations. */
      'freeze-one': async (random) => {
        const link = pickLink(random);
        link?.freeze('toClient');
        await delay(random.next() * maxFrozenMs);
        link?.thaw();
      },
      /** Delays the replies of some processes, so that invalidations overtake them. */
      hold: async (random) => {
        const held = proxies.filter(() => random.next() < 0.7);
        const links = (await Promise.all(held.map(commandLinks))).flat();
        for (let time = 0; time < 8; time++) {
          for (const link of links) link.freeze('toClient');
          // Mostly not longer than a deadline, sometimes much longer.
          await delay(300 * random.next() ** 2);
          for (const link of links) link.thaw();
          await delay(30);
        }
      },
      freeze: async (random) => {
        const proxy = random.pick(proxies);
        proxy.freeze(random.pick(['toServer', 'toClient'] as const));
        await delay(random.next() * 400);
        proxy.thaw();
      },
      slow: async (random) => {
        const proxy = random.pick(proxies);
        proxy.delay(random.next() * 30);
        await delay(300);
        proxy.delay(0);
      },
      stop: async (random) => {
        primary.freeze();
        await delay(random.next() * 800);
        primary.thaw();
      },
      snapshot: async () => {
        await primary.admin.save();
        copyFileSync(join(primary.folder, 'dump.rdb'), older);
      },
      'restart-older': (random) =>
        restart(primary, existsSync(older) && random.next() < 0.9 ? older : undefined),
      'fail-over': failOver,
    },
    join: async () => {
      const proxy = await startFaultProxy(() => ({ host: '127.0.0.1', port: primary.port }));
      proxies.push(proxy);
      return { host: '127.0.0.1', port: proxy.port };
    },
    close: async () => {
      for (const proxy of [...proxies, replication]) await proxy.close();
      for (const server of both) await server.close();
    },
  };
}
