import type { Cluster, Redis } from 'ioredis';

/**
 * A client of ioredis 5 or 6: a `Redis` or a `Cluster`. It is described by its members, because an application may have
 * another copy of ioredis than this package, and a class with private members differs from that of another copy.
 */
export type RedisClient = {
  readonly isCluster: boolean;
  readonly status: string;
  readonly options: object;
  on(event: 'ready' | 'close', listener: () => void): unknown;
  off(event: 'ready' | 'close', listener: () => void): unknown;
  ping(): Promise<unknown>;
  duplicate(): unknown;
  disconnect(): void;
};

/** The client with all of its commands. Those that the tier sends are the same in both versions. */
export function commandsOf(client: RedisClient): Redis | Cluster {
  return client as Redis | Cluster;
}

export function isCluster(redis: Redis | Cluster): redis is Cluster {
  return redis.isCluster;
}
