import type { Redis } from 'ioredis';
import type { Send } from '../primary/primary-connection.ts';

/** `unlink`: removes one key on whichever node owns it. */
export type TagRemover = { readonly send: Send; readonly unlink: (key: string) => Promise<unknown> };

/**
 * Invalidates by removing the tags in one step. While a slot is being migrated, the server refuses commands with
 * several keys, and a key may already be on the other node: then each key takes one command.
 *
 * @throws RedisUnavailableError, or the server's error
 */
export async function removeTags(
  { send, unlink }: TagRemover,
  channel: string,
  tagKeys: readonly string[],
): Promise<void> {
  try {
    await send((redis) => Promise.all([redis.unlink(...tagKeys), publish(redis, channel, tagKeys)]));
  } catch (error) {
    if (!isSlotMigrating(error)) throw error;
    await Promise.all(tagKeys.map((key) => unlink(key)));
    await send((redis) => publish(redis, channel, tagKeys));
  }
}

/**
 * For when there were too many namespaces to record. Publishes a change of everything: a tag that has already expired
 * or been evicted is not found by the scan, and an entry that names it may still be in some local tier.
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

/**
 * For processes whose server refuses tracking; null means every tag. If the server refuses publishing, none listens.
 */
async function publish(redis: Redis, channel: string, tagKeys: readonly string[] | null): Promise<void> {
  try {
    await redis.publish(channel, JSON.stringify(tagKeys));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ReplyError') throw error;
  }
}

function isSlotMigrating(error: unknown): boolean {
  return error instanceof Error && /^(TRYAGAIN|CROSSSLOT|ASK|MOVED)\b/.test(error.message);
}
