import { type OwnRedis, startOwnRedis } from './own-redis.ts';
import { until } from './until.ts';

export type OwnCluster = {
  readonly nodes: readonly OwnRedis[];
  /** The node's name within the cluster. */
  idOf(node: OwnRedis): Promise<string>;
  close(): Promise<void>;
};

/** A cluster of primaries without replicas; the first has the lower slots. */
export async function startOwnCluster(binary: string, size: number): Promise<OwnCluster> {
  const settings = [
    '--cluster-enabled',
    'yes',
    '--cluster-config-file',
    'nodes.conf',
    '--cluster-require-full-coverage',
    'no',
  ];
  const nodes = await Promise.all(Array.from({ length: size }, () => startOwnRedis(binary, settings)));
  const [first] = nodes;
  if (first === undefined) throw new Error('A cluster has one node at least');
  const perNode = Math.ceil(16_384 / size);
  for (const [index, { admin }] of nodes.entries()) {
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    await admin.call(
      'CLUSTER',
      'ADDSLOTSRANGE',
      index * perNode,
      Math.min((index + 1) * perNode, 16_384) - 1,
    );
    if (index > 0) await admin.call('CLUSTER', 'MEET', '127.0.0.1', first.port);
  }
  await until(
    'all nodes know each other',
    async () => {
      const infos = await Promise.all(nodes.map(({ admin }) => admin.call('CLUSTER', 'INFO')));
      return infos.every((info) => {
        const text = String(info);
        return text.includes('cluster_state:ok') && text.includes(`cluster_size:${size}`);
      });
    },
    30_000,
  );
  return {
    nodes,
    idOf: async ({ admin }) => String(await admin.call('CLUSTER', 'MYID')),
    close: async () => {
      for (const node of nodes) await node.close();
    },
  };
}
