/** The sums of a fleet on its server: sorted sets in one slot, bounded in members and in time. */

import { serverTime } from '../check/check-script.ts';
import { toScript } from '../check/run-script.ts';
import type { Primary } from '../primary/primary.ts';
import { reportOf, type TopKeysStore } from './top-keys.ts';

/** Each sum covers five minutes; a report adds the last two. */
const bucketMs = 300_000;
const maxMembers = 1000;

/**
 * KEYS: units by name, denials by name, and until when each name is denied.
 * ARGV: TTL of the sums in ms; maximum members; then for each key its name, units, denials, and ms to wait.
 */
const recordScript = toScript(`${serverTime}
for i = 3, #ARGV, 4 do
  local name, units, denied, wait = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  if units > 0 then redis.call('ZINCRBY', KEYS[1], units, name) end
  if denied > 0 then
    redis.call('ZINCRBY', KEYS[2], denied, name)
    redis.call('ZADD', KEYS[3], 'GT', timeMs + wait, name)
  end
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', timeMs)
for i = 1, 3 do
  redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -1 - ARGV[2])
  redis.call('PEXPIRE', KEYS[i], i < 3 and ARGV[1] or 1209600000)
end
return 1
`);

/**
 * KEYS: units, denials; the same of the previous five minutes; and until when each name is denied.
 * ARGV: maximum entries of each.
 * Returns for the first four the names and their sums, and for the last the names and the remaining ms.
 */
const reportScript = toScript(`${serverTime}
local reply = {}
for i = 1, 4 do reply[i] = redis.call('ZRANGE', KEYS[i], 0, ARGV[1] - 1, 'REV', 'WITHSCORES') end
local limited = redis.call('ZRANGE', KEYS[5], '+inf', timeMs, 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[1], 'WITHSCORES')
for i = 2, #limited, 2 do limited[i] = string.format('%.0f', limited[i] - timeMs) end
reply[5] = limited
return reply
`);

/** KEYS: until when each name is denied. ARGV: names to remove. */
const releaseScript = toScript("return redis.call('ZREM', KEYS[1], unpack(ARGV))");

/** `nowMs`: the system clock, which the processes of a fleet roughly share. */
export function remoteTopKeys(
  primaryOf: (hashTag: string) => Primary,
  prefix: string,
  nowMs: () => number = Date.now,
): TopKeysStore {
  const base = `${prefix}:r:{watch}`;
  const sumKeys = (bucket: number): string[] => [`${base}:units:${bucket}`, `${base}:refused:${bucket}`];
  const bucket = (): number => Math.floor(nowMs() / bucketMs);
  return {
    async record(usages) {
      const args = usages.flatMap(({ name, units, denied, waitMs }) => [name, units, denied, waitMs]);
      const keys = [...sumKeys(bucket()), `${base}:limited`];
      await primaryOf('watch').run(recordScript, keys, [2 * bucketMs, maxMembers, ...args]);
    },
    async release(names) {
      await primaryOf('watch').run(releaseScript, [`${base}:limited`], names);
    },
    async report(most) {
      const keys = [...sumKeys(bucket()), ...sumKeys(bucket() - 1), `${base}:limited`];
      const reply = await primaryOf('watch').run(reportScript, keys, [maxMembers]);
      const [units, denied, unitsBefore, deniedBefore, limited] = pairsOf(reply);
      const sums = new Map<string, { units: number; denied: number }>();
      const add = (pairs: [string, number][] | undefined, kind: 'units' | 'denied'): void => {
        for (const [name, count] of pairs ?? []) {
          const sum = sums.get(name) ?? { units: 0, denied: 0 };
          sum[kind] += count;
          sums.set(name, sum);
        }
      };
      add(units, 'units');
      add(unitsBefore, 'units');
      add(denied, 'denied');
      add(deniedBefore, 'denied');
      return reportOf(sums, new Map(limited), most);
    },
  };
}

/** Parses lists of alternating names and numbers, as Buffers. */
function pairsOf(reply: unknown): [string, number][][] {
  if (!Array.isArray(reply))
    throw new TypeError('The top-keys script returned a reply of an unexpected type.');
  return reply.map((list: unknown) => {
    const texts = Array.isArray(list) ? list.map(String) : [];
    return Array.from({ length: texts.length / 2 }, (_, i): [string, number] => [
      texts[2 * i] ?? '',
      Number(texts[2 * i + 1]),
    ]);
  });
}
