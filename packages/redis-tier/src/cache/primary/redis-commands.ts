/** The commands of the cache as commands and scripts of Redis. */
import type { Redis } from 'ioredis';
import { RedisUnavailableError } from '../../core/index.ts';
import { removeEveryTag, removeTags } from '../invalidate/unlink-tags.ts';
import type { KeySpace } from '../keys.ts';
import { type AcquireReply, type AcquireRequest, acquire } from '../load/acquire-script.ts';
import { releaseLeases, renewLeases } from '../load/lease-scripts.ts';
import { store } from '../load/store-script.ts';
import type { Commands } from './commands.ts';
import type { Send } from './primary-connection.ts';

export type RedisCommandsOptions = {
  readonly send: Send;
  /** Without the deadline, for a release that matters even if it is late. */
  readonly sendWithoutDeadline: Send;
  /** Removes one key on whichever node owns it, even while its slot is being migrated. */
  readonly unlink: (key: string) => Promise<unknown>;
  readonly keys: KeySpace;
};

export function redisCommands(options: RedisCommandsOptions): Commands {
  const { send, keys } = options;
  const { wakeChannel, invalidationChannel, tagPrefix } = keys;
  return {
    mget: (names) => send((redis) => redis.mgetBuffer(names)),
    acquire: (request) => acquireOrRelease(options, request),
    store: (requests) => send((redis) => store(redis, wakeChannel, requests)),
    renew: (lifeMs, leases) => send((redis) => renewLeases(redis, lifeMs, leases)),
    release: (errorTtlMs, leases) => send((redis) => releaseLeases(redis, wakeChannel, errorTtlMs, leases)),
    removeTags: (tagKeys) => removeTags(options, invalidationChannel, tagKeys),
    removeEveryTag: () => removeEveryTag(send, invalidationChannel, tagPrefix),
    scan: (cursor, pattern, count) => send((redis) => redis.scan(cursor, 'MATCH', pattern, 'COUNT', count)),
  };
}

async function acquireOrRelease(
  options: RedisCommandsOptions,
  request: AcquireRequest,
): Promise<AcquireReply> {
  const sent: { reply?: Promise<AcquireReply> } = {};
  try {
    return await options.send((redis: Redis) => {
      sent.reply = acquire(redis, request);
      return sent.reply;
    });
  } catch (error) {
    if (error instanceof RedisUnavailableError) {
      // The command may still run: release leases that it grants late.
      sent.reply?.then((late) => releaseLateGrants(options, request, late)).catch(() => {});
    }
    throw error;
  }
}

function releaseLateGrants(
  { sendWithoutDeadline, keys }: RedisCommandsOptions,
  { entries }: AcquireRequest,
  { acquired }: AcquireReply,
): Promise<unknown> {
  const leases = entries
    .filter((_, index) => acquired[index]?.outcome === 'granted')
    .map(({ names, token }) => ({ leaseKey: names.leaseKey, token }));
  if (leases.length === 0) return Promise.resolve();
  return sendWithoutDeadline((redis) => releaseLeases(redis, keys.wakeChannel, 0, leases));
}
