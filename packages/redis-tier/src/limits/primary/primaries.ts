/**
 * The primaries of a server or of a cluster. In a cluster the client provides the slot map; checks go to each primary
 * over the limiter's own connection. When a slot has moved, the cluster client follows the redirection.
 */

import type { Cluster, Redis } from 'ioredis';
import type { RedisClient } from '../../connection/index.ts';
import {
  commandsOf,
  failFastClient,
  isCluster,
  listen,
  noQueueOptions,
  slotOf,
  startCluster,
} from '../../connection/internal.ts';
import { timers } from '../../core/internal.ts';
import { createPrimary, noPrimary, type Primary, type PrimaryOptions } from './primary.ts';

export type Primaries = {
  /** The primary that owns the keys with this hash tag. */
  of(hashTag: string): Primary;
  all(): readonly Primary[];
  close(): void;
};

export function primariesOf(client: RedisClient, options: PrimaryOptions): Primaries {
  const redis = commandsOf(client);
  return isCluster(redis) ? primariesOfCluster(redis, options) : onePrimary(redis, options);
}

function onePrimary(redis: Redis, options: PrimaryOptions): Primaries {
  const client = failFastClient(redis);
  const primary = createPrimary(client.redis, client.redis, options);
  return {
    of: () => primary,
    all: () => [primary],
    close() {
      primary.close();
      client.close();
    },
  };
}

/** While a primary is unavailable, the slot map is refreshed at this interval, in ms. */
const refreshIntervalMs = 500;

type Member = { readonly primary: Primary; readonly redis: Redis };

function primariesOfCluster(cluster: Cluster, options: PrimaryOptions): Primaries {
  startCluster(cluster);
  const members = new Map<string, Member>();
  const none = noPrimary(options.maxKeys);
  let owners: (string | undefined)[] = [];
  let refreshedAtMs = Number.NEGATIVE_INFINITY;

  const of = (hashTag: string): Primary => members.get(owners[slotOf(hashTag)] ?? '')?.primary ?? none;

  /** Applies the slot map. Pending consumptions of removed primaries go to the new owners of their slots. */
  function update(): void {
    owners = cluster.slots.map((nodes) => nodes[0]);
    const present = new Set(owners);
    const left = none.pendingConsumption.take();
    for (const [key, member] of members)
      if (!present.has(key)) {
        members.delete(key);
        left.push(...member.primary.pendingConsumption.take());
        end(member);
      }
    for (const node of cluster.nodes('master')) {
      const key = `${node.options.host}:${node.options.port}`;
      if (present.has(key) && !members.has(key)) members.set(key, open(node));
    }
    // Each goes before those that are already there, so the newest is given back first.
    for (const consumption of left.reverse()) of(consumption.slot).pendingConsumption.giveBack([consumption]);
  }

  function open(node: Redis): Member {
    const redis = node.duplicate(noQueueOptions);
    redis.on('error', () => {});
    // The commands of the limiter and its breaker, sent on the connection to this node until a slot has moved.
    const client = {
      isCluster: true,
      get status() {
        return redis.status;
      },
      on: (event: 'ready' | 'close', listener: () => void) => redis.on(event, listener),
      off: (event: 'ready' | 'close', listener: () => void) => redis.off(event, listener),
      ping: () => redis.ping(),
      async callBuffer(command: string, ...args: (string | number)[]): Promise<unknown> {
        try {
          return await redis.callBuffer(command, ...args);
        } catch (error) {
          if (!isRedirection(error)) throw error;
          refreshSlots();
          return cluster.callBuffer(command, ...args);
        }
      },
    };
    const primary = createPrimary(client, redis, {
      ...options,
      onChange: (state, reason) => {
        if (state === 'open') refreshSlots();
        options.onChange(state, reason);
      },
    });
    return { primary, redis };
  }

  function refreshSlots(): void {
    if (timers.now() - refreshedAtMs < refreshIntervalMs) return;
    refreshedAtMs = timers.now();
    cluster.refreshSlotsCache(() => {});
  }

  const stopListening = listen(cluster, 'refresh', update);
  const timer = timers
    .setInterval(() => {
      if (members.size === 0 || [...members.values()].some(({ primary }) => !primary.usable)) refreshSlots();
    }, refreshIntervalMs)
    .unref();
  update();

  return {
    of,
    all: () => [...members.values()].map(({ primary }) => primary),
    close: () => {
      timers.clearInterval(timer);
      stopListening();
      for (const member of members.values()) end(member);
      members.clear();
    },
  };
}

function end({ primary, redis }: Member): void {
  primary.close();
  redis.disconnect();
}

/** Whether the slot has another owner, or is being migrated. */
function isRedirection(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK) /.test(error.message);
}
