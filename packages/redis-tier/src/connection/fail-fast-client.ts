/**
 * The clients that callers pass in. A client's own options are part of how it talks to the server: those that change
 * names, replies or the node that answers would make a cache that never finds its entries, or one that never hears of
 * their invalidation. They are rejected. Options that change when a command is sent are replaced on a connection of our
 * own.
 */
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { failFastOptions } from './connect.ts';

/** A client has an option that the tier does not support. A bug in the program. */
export class UnsupportedClientError extends TypeError {
  override readonly name = 'UnsupportedClientError';
  readonly code = 'redis_unsupported_client';

  constructor(option: string, value: unknown, why: string) {
    super(`The Redis client has the option ${option}: ${JSON.stringify(value) ?? String(value)}. ${why}`);
  }
}

/** Options of a connection, each with the reason that it is rejected. Undefined, false and '' are always accepted. */
const unsupported: readonly [option: keyof RedisOptions, accepted: unknown, why: string][] = [
  [
    'keyPrefix',
    '',
    'It changes the names in commands, but not in notifications. Fix: use the option prefix of the tier.',
  ],
  ['stringNumbers', false, 'It changes replies. Fix: remove it, or pass another client.'],
  ['replyMapping', 'legacy', 'It changes replies. Fix: use "legacy", or pass another client.'],
  ['readOnly', false, 'It reads from replicas, which return old values. Fix: remove it.'],
];

/** @throws UnsupportedClientError that names the option and the fix */
export function checkClient(client: Redis | Cluster): void {
  const { scaleReads, redisOptions, ...options } = client.options as Cluster['options'] & RedisOptions;
  for (const part of [options, redisOptions ?? {}] as RedisOptions[])
    for (const [option, accepted, why] of unsupported) {
      const value = part[option];
      if (value !== undefined && value !== null && value !== accepted)
        throw new UnsupportedClientError(option, value, why);
    }
  if (client.isCluster && options.enableAutoPipelining === true)
    throw new UnsupportedClientError(
      'enableAutoPipelining',
      true,
      'ioredis then sends some commands without their names. Fix: remove it; the tier batches by itself.',
    );
  if (client.isCluster && scaleReads !== undefined && scaleReads !== 'master')
    throw new UnsupportedClientError(
      'scaleReads',
      typeof scaleReads === 'function' ? 'a function' : scaleReads,
      'It reads from replicas, which return old values. Fix: use "master", the default.',
    );
}

/**
 * Connects a cluster's client that waits for its first command.
 *
 * @throws UnsupportedClientError
 */
export function startCluster(cluster: Cluster): void {
  checkClient(cluster);
  if (cluster.status === 'wait') cluster.connect().catch(() => {});
}

/** A connection, and how to close it if it is not the caller's. */
export type FailFastClient = { readonly redis: Redis; close(): void };

/**
 * A connection on which a command fails at once while the server is unavailable, and none is sent twice: the given one if
 * its options say so, or else a new one to the same server. With auto-pipelining, ioredis sends the calls of scripts
 * without the name of the command, so such a client is replaced too.
 *
 * @throws UnsupportedClientError
 */
export function failFastClient(redis: Redis): FailFastClient {
  checkClient(redis);
  const { options } = redis;
  const failsFast =
    options.enableOfflineQueue === false &&
    options.autoResendUnfulfilledCommands === false &&
    options.maxRetriesPerRequest === 0;
  if (failsFast && options.enableAutoPipelining !== true && redis.status !== 'wait')
    return { redis, close: () => {} };
  const own = redis.duplicate({ ...failFastOptions, lazyConnect: false, enableAutoPipelining: false });
  own.on('error', () => {});
  return { redis: own, close: () => own.disconnect() };
}
