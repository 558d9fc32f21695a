import { RedisUnavailableError } from '../../core/index.ts';
import { InvalidCacheUseError } from '../errors.ts';
import type { Shard } from '../primary/shard.ts';

export type KeysPage = {
  readonly keys: readonly string[];
  /** Cursor of the next page; null at the end. */
  readonly cursor: string | null;
};

/** Maximum SCAN calls for one page: each examines a bounded number of keys, most of which may not match. */
const maxSteps = 20;
/** Minimum and maximum COUNT of one SCAN call. */
const countBounds = { min: 50, max: 500 };

/**
 * One page of entry keys in Redis, for operators. Uses SCAN, never KEYS. A page has about `limit` keys, more or
 * fewer; a key may be returned twice while the keyspace changes. The first cursor is '0'; the primaries are scanned
 * one after another.
 *
 * @throws RedisUnavailableError; InvalidCacheUseError for a cursor that no page returned
 */
export async function scanKeys(
  shards: readonly Shard[],
  pattern: string,
  cursor: string,
  limit: number,
): Promise<KeysPage> {
  const [, at, node] = /^(\d{1,20})(?:@(\d{1,4}))?$/.exec(cursor) ?? [];
  if (at === undefined) throw new InvalidCacheUseError('The cursor does not come from a previous page');
  if (shards.length === 0) throw new RedisUnavailableError('no primary is known');
  const keys: string[] = [];
  const count = Math.min(countBounds.max, Math.max(countBounds.min, limit));
  let position = at;
  let index = Number(node ?? 0);
  for (let steps = 0; steps < maxSteps && keys.length < limit; steps++) {
    const shard = shards[index];
    if (shard === undefined) return { keys, cursor: null };
    const [next, found] = await shard.commands.scan(position, pattern, count);
    keys.push(...found);
    position = next;
    if (position === '0') index += 1;
  }
  return { keys, cursor: index >= shards.length ? null : `${position}@${index}` };
}
