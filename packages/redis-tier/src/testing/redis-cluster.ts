import { type RedisServerProcess, startRedisServer } from './redis-server.ts';
import { until } from './until.ts';

/** A cluster on this machine for one test. */
export type RedisClusterProcesses = {
  /** The initial primaries, the first with the lowest slots. */
  readonly nodes: readonly RedisServerProcess[];
  /** Replica n replicates primary n. */
  readonly replicas: readonly RedisServerProcess[];
  /** The node's id in the cluster. */
  idOf(node: RedisServerProcess): Promise<string>;
  /** Moves a slot with its keys from one primary to another, key by key, as a resharding does. */
  moveSlot(slot: number, from: RedisServerProcess, to: RedisServerProcess): Promise<void>;
  close(): Promise<void>;
};

const settings = [
  ['--cluster-enabled', 'yes'],
  ['--cluster-config-file', 'nodes.conf'],
  ['--cluster-require-full-coverage', 'no'],
  // A node that is slow for some seconds on a busy machine must not be marked as failed.
  ['--cluster-node-timeout', '10000'],
].flat();
const slots = 16_384;
const keysPerStep = 10;

/** @param binary redis-server or valkey-server @param size number of primaries @param replicas one for each, or none */
export async function startRedisCluster(
  binary: string,
  size: number,
  replicas: 'replicated' | 'alone' = 'alone',
): Promise<RedisClusterProcesses> {
  const count = replicas === 'replicated' ? 2 * size : size;
  const all = await Promise.all(Array.from({ length: count }, () => startRedisServer(binary, settings)));
  const nodes = all.slice(0, size);
  const followers = all.slice(size);
  const idOf = async ({ admin }: RedisServerProcess): Promise<string> =>
    String(await admin.call('CLUSTER', 'MYID'));
  const close = async (): Promise<void> => {
    await Promise.all(all.map((node) => node.close()));
  };
  try {
    await join(nodes, followers, idOf);
  } catch (error) {
    await close();
    throw error;
  }
  return { nodes, replicas: followers, idOf, moveSlot: (...move) => moveSlot(idOf, ...move), close };
}

async function join(
  nodes: readonly RedisServerProcess[],
  replicas: readonly RedisServerProcess[],
  idOf: (node: RedisServerProcess) => Promise<string>,
): Promise<void> {
  const [first] = nodes;
  if (first === undefined) throw new Error('A cluster must have at least one primary');
  const all = [...nodes, ...replicas];
  const perNode = Math.ceil(slots / nodes.length);
  for (const [index, { admin }] of all.entries()) {
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    const [begin, end] = [index * perNode, Math.min((index + 1) * perNode, slots) - 1];
    if (index < nodes.length) await admin.call('CLUSTER', 'ADDSLOTSRANGE', begin, end);
    if (index > 0) await admin.call('CLUSTER', 'MEET', '127.0.0.1', first.port);
  }
  const allReport = async (text: string): Promise<boolean> => {
    const infos = await Promise.all(all.map(({ admin }) => admin.call('CLUSTER', 'INFO')));
    return infos.every((info) => String(info).includes(text));
  };
  await until('all nodes know each other', () => allReport(`cluster_known_nodes:${all.length}`));
  for (const [index, { admin }] of replicas.entries()) {
    const primary = await idOf(nodes[index] ?? first);
    await until('the replica knows its primary', async () =>
      String(await admin.call('CLUSTER', 'NODES')).includes(primary),
    );
    await admin.call('CLUSTER', 'REPLICATE', primary);
  }
  await until(
    'the cluster is ready',
    async () => (await allReport('cluster_state:ok')) && (await allReport(`cluster_size:${nodes.length}`)),
  );
  for (const { admin } of replicas)
    await until('the replica is up to date', async () =>
      String(await admin.info('replication')).includes('master_link_status:up'),
    );
}

async function moveSlot(
  idOf: (node: RedisServerProcess) => Promise<string>,
  slot: number,
  from: RedisServerProcess,
  to: RedisServerProcess,
): Promise<void> {
  await to.admin.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await idOf(from));
  await from.admin.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await idOf(to));
  for (;;) {
    const names = (await from.admin.call('CLUSTER', 'GETKEYSINSLOT', slot, keysPerStep)) as string[];
    if (names.length === 0) break;
    for (const name of names) await from.admin.call('MIGRATE', '127.0.0.1', to.port, name, 0, 5000);
  }
  for (const node of [to, from]) await node.admin.call('CLUSTER', 'SETSLOT', slot, 'NODE', await idOf(to));
}
