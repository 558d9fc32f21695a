/**
 * The primaries of a cluster. The cluster client says who has which slot; commands go to each primary over a connection of
 * this cache's own, so that every primary has its own deadline and breaker: one that is frozen costs nothing to the
 * scopes of the others. Reads are not redirected: a slot that has moved is a miss without cache, and the map is asked for
 * again. Only an invalidation that meets a slot on its way follows it key by key.
 */
import type { Cluster, Redis } from 'ioredis';
import { noQueueOptions, slotOf } from '../../connection/index.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import type { EntryKeys } from '../keys.ts';
import { PrimaryShard } from './primary-shard.ts';
import { noShard } from './shard.ts';
import type { Shards, SharedOptions } from './shards.ts';

/** While a primary is away the map is asked for this often, in ms. */
const askEveryMs = 500;

/** Longest time for a command that may be sent on from node to node, in ms. */
const redirectedMs = 1000;

type Member = { readonly shard: PrimaryShard; readonly redis: Redis };

export function clusterShards(cluster: Cluster, options: SharedOptions): Shards {
  const members = new Map<string, Member>();
  const none = noShard(options.clock);
  const slots = new Map<string, number>();
  let owners: (string | undefined)[] = [];
  let askedAtMs = Number.NEGATIVE_INFINITY;

  function slotFor(namespace: string): number {
    const known = slots.get(namespace);
    if (known !== undefined) return known;
    if (slots.size >= 10_000) slots.clear();
    const slot = slotOf(namespace);
    slots.set(namespace, slot);
    return slot;
  }

  /** Some text whose slot the node has. */
  function scopeOf(node: string): string {
    if (owners.includes(node)) for (let n = 0; ; n++) if (owners[slotOf(`${n}`)] === node) return `${n}`;
    return '';
  }

  /** Takes the map over: opens and closes primaries, and has those that were given slots apply what they may lack. */
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
      anyNamespace: () => scopeOf(key),
      unlink: (name) => within(redirectedMs, cluster.unlink(name)),
      groupOf: ({ namespace: scope }: EntryKeys) => slotFor(scope),
      onChange: () => {
        if (shard.replicationId === null) ask();
        options.onChange();
      },
    });
    return { shard, redis };
  }

  function ask(): void {
    if (performance.now() - askedAtMs < askEveryMs) return;
    askedAtMs = performance.now();
    cluster.refreshSlotsCache(() => {});
  }

  cluster.on('refresh', update);
  const timer = setInterval(() => {
    if (members.size === 0) ask();
    for (const { shard } of members.values()) if (shard.replicationId === null) ask();
  }, askEveryMs).unref();
  update();

  return {
    of: (namespace) => members.get(owners[slotFor(namespace)] ?? '')?.shard ?? none,
    all: () => [...members.values()].map(({ shard }) => shard),
    moved: ask,
    close: () => {
      clearInterval(timer);
      cluster.off('refresh', update);
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
    timer = setTimeout(() => reject(new RedisUnavailableError(`no reply for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
