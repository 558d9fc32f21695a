import { inject } from 'vitest';
import { type OwnCluster, startOwnCluster } from '../../redis-tier/setup/own-cluster.ts';
import { type OwnRedis, startOwnRedis } from '../../redis-tier/setup/own-redis.ts';
import { until } from '../../redis-tier/setup/until.ts';
import { secret } from './examined.ts';

export type SixNodes = {
  readonly primaries: readonly OwnRedis[];
  readonly replicas: readonly OwnRedis[];
  close(): Promise<void>;
};

/** Three primaries with a replica each, all with the password `secret`. */
export async function startSixNodes(): Promise<SixNodes> {
  const cluster = await startOwnCluster(inject('redisBinary'), 3);
  const settings = ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf'];
  const replicas = await Promise.all(cluster.nodes.map(() => startOwnRedis(inject('redisBinary'), settings)));
  for (const { admin } of [...cluster.nodes, ...replicas]) {
    await admin.config('SET', 'masterauth', secret);
    await admin.config('SET', 'requirepass', secret);
  }
  await Promise.all(replicas.map((replica, index) => follow(replica, cluster, index)));
  return {
    primaries: cluster.nodes,
    replicas,
    async close() {
      await Promise.all(replicas.map((replica) => replica.close()));
      await cluster.close();
    },
  };
}

async function follow({ admin }: OwnRedis, { nodes, idOf }: OwnCluster, index: number): Promise<void> {
  const primary = nodes[index];
  if (primary === undefined) throw new Error('There is a primary for every replica');
  const id = await idOf(primary);
  await admin.call('CLUSTER', 'MEET', '127.0.0.1', primary.port);
  await until('the replica knows its primary', async () =>
    String(await admin.call('CLUSTER', 'NODES')).includes(id),
  );
  await admin.call('CLUSTER', 'REPLICATE', id);
  await until(
    'it follows',
    async () => /master_link_status:up/.test(await admin.info('replication')),
    30_000,
  );
}
