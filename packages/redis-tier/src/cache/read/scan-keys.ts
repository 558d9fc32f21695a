import { RedisUnavailableError } from '../../core/index.ts';
import { InvalidCacheUseError } from '../errors.ts';
import type { Shard } from '../primary/shard.ts';

export type KeysPage = {
  readonly keys: readonly string[];
  /** Where to go on; null at the end. */
  readonly cursor: string | null;
};

/** Most steps for one page: each looks at a bounded number of names, most of which may be others'. */
const maxSteps = 20;
/** Names that one step looks at, at the least and at the most. */
const countBounds = { least: 50, most: 500 };

/**
 * One page of the entries' names in Redis, for operators: SCAN, never KEYS. A page has about `limit` names, more or fewer;
 * a name may come twice while the server changes. The cursor is '0' at first; the primaries are gone through one by one.
 *
 * @throws RedisUnavailableError; InvalidCacheUseError for a cursor that no page gave
 */
export async function scanKeys(
  shards: readonly Shard[],
  pattern: string,
  cursor: string,
  limit: number,
): Promise<KeysPage> {
  const [, at, node] = /^(\d{1,20})(?:@(\d{1,4}))?$/.exec(cursor) ?? [];
  if (at === undefined) throw new InvalidCacheUseError('The cursor was not given by a page before');
  if (shards.length === 0) throw new RedisUnavailableError('it is not used at the moment');
  const keys: string[] = [];
  const count = Math.min(countBounds.most, Math.max(countBounds.least, limit));
  let position = at;
  let index = Number(node ?? 0);
  for (let steps = 0; steps < maxSteps && keys.length < limit; steps++) {
    const shard = shards[index];
    if (shard === undefined) return { keys, cursor: null };
    const [next, found] = await shard.send((redis) => redis.scan(position, 'MATCH', pattern, 'COUNT', count));
    keys.push(...found);
    position = next;
    if (position === '0') index += 1;
  }
  return { keys, cursor: index >= shards.length ? null : `${position}@${index}` };
}
