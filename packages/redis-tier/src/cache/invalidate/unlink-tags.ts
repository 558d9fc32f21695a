import type { Redis } from 'ioredis';
import type { Send } from '../primary/link.ts';
import type { Shard } from '../primary/shard.ts';

/**
 * Invalidates: the tags are removed, in one step. While the slot is being moved a command with several keys is refused, and
 * a key may be elsewhere already, so that it takes one command for each.
 *
 * @throws RedisUnavailableError, or the server's error
 */
export async function removeTags(shard: Shard, channel: string, tagKeys: readonly string[]): Promise<void> {
  try {
    await shard.send((redis) => Promise.all([redis.unlink(...tagKeys), publish(redis, channel, tagKeys)]));
  } catch (error) {
    if (!isOnItsWay(error)) throw error;
    await Promise.all(tagKeys.map((key) => shard.unlink(key)));
    await shard.send((redis) => publish(redis, channel, tagKeys));
  }
}

/**
 * Slow, and right: for when too many scopes would have to be remembered to know which. It is published as a change of
 * everything: a tag that is gone already is not found here, and what was built on it may still be in some local tier.
 */
export async function removeEveryTag(send: Send, channel: string, tagPrefix: string): Promise<void> {
  const scan = (cursor: string): Promise<[string, string[]]> =>
    send((redis) => redis.scan(cursor, 'MATCH', `${tagPrefix}*`, 'COUNT', 500));
  let cursor = '0';
  do {
    const [next, found] = await scan(cursor);
    await Promise.all(found.map((key) => send((redis) => redis.unlink(key))));
    cursor = next;
  } while (cursor !== '0');
  await send((redis) => publish(redis, channel, null));
}

/** For processes whose server refuses tracking; null stands for every tag. Where it refuses publishing too, nobody listens either. */
async function publish(redis: Redis, channel: string, tagKeys: readonly string[] | null): Promise<void> {
  try {
    await redis.publish(channel, JSON.stringify(tagKeys));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ReplyError') throw error;
  }
}

function isOnItsWay(error: unknown): boolean {
  return error instanceof Error && /^(TRYAGAIN|CROSSSLOT|ASK|MOVED)\b/.test(error.message);
}
