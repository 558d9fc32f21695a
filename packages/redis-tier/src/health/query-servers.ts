import type { Cluster, Redis } from 'ioredis';
import { infoNumber, parseInfo } from '../connection/index.ts';
import { isCluster } from '../connection/internal.ts';
import { RedisUnavailableError } from '../core/index.ts';

/** Metrics of a server, or of all primaries of a cluster together. Null: not reported. */
export type ServerMetrics = {
  usedMemoryBytes: number | null;
  /** 0: unlimited. */
  maxMemoryBytes: number | null;
  connectedClients: number | null;
  /** Maximum number of connections. */
  maxClients: number | null;
  /** Commands per second from all clients: the server's own recent average. */
  operationsPerSecond: number | null;
  /** Since the start of the server. */
  evictedKeys: number | null;
  /** The server's maxmemory-policy, such as allkeys-lru. */
  evictionPolicy: string | null;
  /** How far the server's clock is ahead of ours, in ms; for a cluster, the largest difference. */
  skewMs: number | null;
};

/**
 * Sends INFO. `nowMs` is our clock.
 *
 * @throws RedisUnavailableError when a primary of a cluster is missing; otherwise the client's error
 */
export async function readServerMetrics(redis: Redis | Cluster, nowMs: () => number): Promise<ServerMetrics> {
  const nodes = isCluster(redis) ? primariesOf(redis) : [redis];
  const sentMs = nowMs();
  const all = await Promise.all(
    nodes.map(async (node) => parseInfo(await node.info('server', 'memory', 'clients', 'stats'))),
  );
  const repliedMs = nowMs();
  const sum = (name: string): number | null => {
    const values = all.map((fields) => infoNumber(fields, name));
    return values.includes(null) ? null : values.reduce<number>((total, value) => total + (value ?? 0), 0);
  };
  const isUnbounded = all.some((fields) => infoNumber(fields, 'maxmemory') === 0);
  return {
    usedMemoryBytes: sum('used_memory'),
    maxMemoryBytes: isUnbounded ? 0 : sum('maxmemory'),
    connectedClients: sum('connected_clients'),
    maxClients: sum('maxclients'),
    operationsPerSecond: sum('instantaneous_ops_per_sec'),
    evictedKeys: sum('evicted_keys'),
    evictionPolicy: all[0]?.get('maxmemory_policy') ?? null,
    skewMs: furthest(
      all.map((fields) => skewOf(infoNumber(fields, 'server_time_usec'), { sentMs, repliedMs })),
    ),
  };
}

/** A server time between the request and the reply counts as no difference. */
function skewOf(microseconds: number | null, { sentMs, repliedMs }: Record<'sentMs' | 'repliedMs', number>) {
  if (microseconds === null) return null;
  const serverMs = microseconds / 1000;
  if (serverMs < sentMs) return serverMs - sentMs;
  return Math.max(0, serverMs - repliedMs);
}

function furthest(skews: readonly (number | null)[]): number | null {
  const known = skews.filter((skew) => skew !== null);
  return known.length === 0
    ? null
    : known.reduce((far, skew) => (Math.abs(skew) > Math.abs(far) ? skew : far));
}

/** All nodes that own slots. The client drops a node that is unavailable, but the slot map still names it. */
function primariesOf(cluster: Cluster): Redis[] {
  const owners = new Set(cluster.slots.map((nodes) => nodes[0]));
  const primaries = cluster
    .nodes('master')
    .filter(({ options: { host, port } }) => owners.has(`${host}:${port}`));
  if (primaries.length > 0 && primaries.length === owners.size) return primaries;
  // The client knows the node again after a refresh of the slot map.
  cluster.refreshSlotsCache(() => {});
  throw new RedisUnavailableError('a primary of the cluster is unavailable');
}
