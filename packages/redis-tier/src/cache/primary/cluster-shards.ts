/**
 * The primaries of a cluster. The cluster client provides the slot map. Commands go to each primary over a separate
 * connection of this cache, so every primary has its own deadline and circuit breaker: a frozen primary does not slow
 * down namespaces on the others. Reads follow no redirection: a slot that has moved is a miss without cache, and the
 * slot map is refreshed. Only an invalidation of a slot that is being migrated follows redirects, key by key.
 */
import type { Cluster, Redis } from 'ioredis';
import { listen, noQueueOptions, slotOf, startCluster } from '../../connection/internal.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';
import type { EntryKeys } from '../keys.ts';
import { PrimaryShard } from './primary-shard.ts';
import { noShard } from './shard.ts';
import type { Shards, SharedOptions } from './shards.ts';

/** While a primary is unavailable, the slot map is refreshed at this interval, in ms. */
const refreshIntervalMs = 500;

/** Longest time for a command that may be redirected from node to node, in ms. */
const redirectTimeoutMs = 1000;

type Member = { readonly shard: PrimaryShard; readonly redis: Redis };

export function clusterShards(cluster: Cluster, options: SharedOptions): Shards {
  startCluster(cluster);
  const members = new Map<string, Member>();
  const none = noShard(options.clock);
  const slots = new Map<string, number>();
  let owners: (string | undefined)[] = [];
  let refreshedAtMs = Number.NEGATIVE_INFINITY;

  function slotFor(namespace: string): number {
    const known = slots.get(namespace);
    if (known !== undefined) return known;
    if (slots.size >= 10_000) slots.clear();
    const slot = slotOf(namespace);
    slots.set(namespace, slot);
    return slot;
  }

  /** A hash tag whose slot the node owns. */
  function hashTagOf(node: string): string {
    if (owners.includes(node)) for (let n = 0; ; n++) if (owners[slotOf(`${n}`)] === node) return `${n}`;
    return '';
  }

  /** Applies the slot map: opens and closes primaries. Primaries that gained slots reapply recent invalidations. */
  function update(): void {
    const before = owners;
    owners = cluster.slots.map((nodes) => nodes[0]);
    const present = new Set(owners);
    for (const [key, member] of members)
      if (!present.has(key)) {
        members.delete(key);
        end(member);
      }
    for (const node of cluster.nodes('master')) {
      const key = `${node.options.host}:${node.options.port}`;
      if (present.has(key) && !members.has(key)) members.set(key, open(node, key));
    }
    const gained = new Set(
      owners.filter((owner, slot) => owner !== before[slot] && before[slot] !== undefined),
    );
    for (const key of gained) if (key !== undefined) members.get(key)?.shard.reapplyInvalidations();
  }

  function open(node: Redis, key: string): Member {
    const redis = node.duplicate(noQueueOptions);
    redis.on('error', () => {});
    const shard = new PrimaryShard(redis, {
      ...options,
      anyNamespace: () => hashTagOf(key),
      unlink: (name) => within(redirectTimeoutMs, cluster.unlink(name)),
      groupOf: ({ namespace }: EntryKeys) => slotFor(namespace),
      onChange: () => {
        if (shard.replicationId === null) refreshSlots();
        options.onChange();
      },
    });
    return { shard, redis };
  }

  function refreshSlots(): void {
    if (timers.now() - refreshedAtMs < refreshIntervalMs) return;
    refreshedAtMs = timers.now();
    cluster.refreshSlotsCache(() => {});
  }

  const stopListening = listen(cluster, 'refresh', update);
  const timer = timers
    .setInterval(() => {
      if (members.size === 0) refreshSlots();
      for (const { shard } of members.values()) if (shard.replicationId === null) refreshSlots();
    }, refreshIntervalMs)
    .unref();
  update();

  return {
    of: (namespace) => members.get(owners[slotFor(namespace)] ?? '')?.shard ?? none,
    all: () => [...members.values()].map(({ shard }) => shard),
    moved: refreshSlots,
    close: () => {
      timers.clearInterval(timer);
      stopListening();
      for (const member of members.values()) end(member);
      members.clear();
    },
  };
}

function end({ shard, redis }: Member): void {
  shard.close();
  redis.disconnect();
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = timers.setTimeout(() => reject(new RedisUnavailableError(`no reply for ${ms} ms`)), ms).unref();
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    timers.clearTimeout(timer);
  }
}
