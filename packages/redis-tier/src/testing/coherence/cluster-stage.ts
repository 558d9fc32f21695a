/** Three primaries with a replica each. Slots are migrated, roles change, nodes freeze and die. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startRedisCluster } from '../redis-cluster.ts';
import type { RedisServerProcess } from '../redis-server.ts';
import { until } from '../until.ts';
import type { TestServers } from './stage.ts';

/** @param slotOfNamespace the slot of the fleet's namespace, which is the one to be migrated */
export async function startClusterServers(binary: string, slotOfNamespace: number): Promise<TestServers> {
  const cluster = await startRedisCluster(binary, 3, 'replicated');
  const all = [...cluster.nodes, ...cluster.replicas];

  const primaries = async (): Promise<RedisServerProcess[]> => {
    const roles = await Promise.all(all.map(async ({ admin }) => String(await admin.info('replication'))));
    return all.filter((_, index) => roles[index]?.includes('role:master'));
  };
  const ownerNow = async (): Promise<RedisServerProcess | undefined> => {
    for (const node of await primaries()) {
      const ranges = (await node.admin.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
      const range = ranges.find(([first, last]) => first <= slotOfNamespace && slotOfNamespace <= last);
      if (range?.[2][1] === node.port) return node;
    }
    return undefined;
  };
  const owner = async (): Promise<RedisServerProcess> => {
    let found: RedisServerProcess | undefined;
    await until('a primary owns the slot', async () => {
      found = await ownerNow();
      return found !== undefined;
    });
    if (found === undefined) throw new Error('No primary owns the slot');
    return found;
  };

  return {
    cluster: true,
    faults: {
      evict: async (random) => {
        const { admin } = await owner();
        for (const name of await admin.keys('*')) if (random.next() < 0.3) await admin.unlink(name);
      },
      flush: async (random) => void (await random.pick(await primaries()).admin.flushall()),
      stop: async (random) => {
        const node = random.next() < 0.5 ? await owner() : random.pick(all);
        node.freeze();
        await delay(random.next() * 800);
        node.thaw();
      },
      /** Retried, as resharding tools do, when the nodes temporarily disagree about the cluster. */
      'move-slot': async (random) => {
        let refusal: unknown;
        const moved = async (): Promise<boolean> => {
          try {
            const from = await owner();
            const others = (await primaries()).filter((node) => node !== from);
            await cluster.moveSlot(slotOfNamespace, from, random.pick(others));
            return true;
          } catch (error) {
            refusal = error;
            return false;
          }
        };
        await until('the slot has moved', moved).catch(() => {
          throw refusal;
        });
      },
      /** Primary and replica swap roles without data loss, as before maintenance. */
      'switch-roles': async (random) => {
        const masters = await primaries();
        const replica = random.pick(all.filter((node) => !masters.includes(node)));
        await replica.admin.call('CLUSTER', 'FAILOVER').catch(() => undefined);
        const changed = async (): Promise<boolean> => (await primaries()).includes(replica);
        await until('the roles have changed', changed, Boolean, { timeoutMs: 5000 }).catch(() => undefined);
      },
      /** A node dies and restarts empty before its replica takes over. */
      'restart-empty': async () => {
        const node = await owner();
        await node.kill();
        rmSync(join(node.folder, 'dump.rdb'), { force: true });
        await node.start();
        await until('the node knows its slots', async () =>
          String(await node.admin.call('CLUSTER', 'INFO')).includes('cluster_state:ok'),
        );
      },
    },
    join: async () => ({ host: '127.0.0.1', port: cluster.nodes[0]?.port ?? 0 }),
    close: () => cluster.close(),
  };
}
