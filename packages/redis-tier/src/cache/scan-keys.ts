import type { Send } from './link.ts';

export type KeysPage = {
  readonly keys: readonly string[];
  /** Where to go on; null at the end. */
  readonly cursor: string | null;
};

/** Names that one step looks at, at the least and at the most. */
const countBounds = { least: 50, most: 500 };

/**
 * One page of the entries' names in Redis, for operators: SCAN, never KEYS. A page has about `limit` names, more or fewer;
 * a name may come twice while the server changes.
 *
 * @throws RedisUnavailable
 */
export async function scanKeys(
  send: Send,
  pattern: string,
  cursor: string,
  limit: number,
): Promise<KeysPage> {
  const keys: string[] = [];
  const count = Math.min(countBounds.most, Math.max(countBounds.least, limit));
  let at = cursor;
  // Every step looks at a bounded number of names, most of which may be others'.
  for (let steps = 0; steps < 20; steps++) {
    const [next, found] = await send((redis) => redis.scan(at, 'MATCH', pattern, 'COUNT', count));
    keys.push(...found);
    at = next;
    if (at === '0') return { keys, cursor: null };
    if (keys.length >= limit) break;
  }
  return { keys, cursor: at };
}
