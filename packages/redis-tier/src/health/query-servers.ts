import type { Cluster, Redis } from 'ioredis';
import { infoNumber, isCluster, parseInfo } from '../connection/index.ts';
import { RedisUnavailableError } from '../core/index.ts';

/** What a server says of itself, or all primaries of a cluster together. Null: it does not say. */
export type ServerMetrics = {
  usedMemoryBytes: number | null;
  /** 0: without a bound. */
  maxMemoryBytes: number | null;
  connectedClients: number | null;
  /** Most that it lets connect. */
  maxClients: number | null;
  /** Commands that it carries out in a second, of all its clients: its own count of the last moments. */
  operationsPerSecond: number | null;
  /** Since the server's start. */
  evictedKeys: number | null;
  /** What the server removes when it is full, such as allkeys-lru. */
  evictionPolicy: string | null;
  /** How far its clock is ahead of ours, in ms; of a cluster's primaries, that which is furthest off. */
  skewMs: number | null;
};

/** Asks for INFO. `nowMs` is our clock. @throws RedisUnavailableError when a primary of a cluster is missing; what the client says of one that is away */
export async function readServerMetrics(redis: Redis | Cluster, nowMs: () => number): Promise<ServerMetrics> {
  const nodes = isCluster(redis) ? primariesOf(redis) : [redis];
  const askedMs = nowMs();
  const all = await Promise.all(
    nodes.map(async (node) => parseInfo(await node.info('server', 'memory', 'clients', 'stats'))),
  );
  const answeredMs = nowMs();
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
      all.map((fields) => skewOf(infoNumber(fields, 'server_time_usec'), { askedMs, answeredMs })),
    ),
  };
}

/** A clock that says something from between the question and the answer may be right. */
function skewOf(
  microseconds: number | null,
  { askedMs, answeredMs }: Record<'askedMs' | 'answeredMs', number>,
) {
  if (microseconds === null) return null;
  const theirsMs = microseconds / 1000;
  if (theirsMs < askedMs) return theirsMs - askedMs;
  return Math.max(0, theirsMs - answeredMs);
}

function furthest(skews: readonly (number | null)[]): number | null {
  const known = skews.filter((skew) => skew !== null);
  return known.length === 0
    ? null
    : known.reduce((far, skew) => (Math.abs(skew) > Math.abs(far) ? skew : far));
}

/** Whoever has slots. The client forgets a node that is away, and the map still names it. */
function primariesOf(cluster: Cluster): Redis[] {
  const owners = new Set(cluster.slots.map((nodes) => nodes[0]));
  const primaries = cluster
    .nodes('master')
    .filter(({ options: { host, port } }) => owners.has(`${host}:${port}`));
  if (primaries.length > 0 && primaries.length === owners.size) return primaries;
  // It is known again once the map has been asked for.
  cluster.refreshSlotsCache(() => {});
  throw new RedisUnavailableError('a primary of the cluster is away');
}
