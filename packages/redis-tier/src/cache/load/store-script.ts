/**
 * Stores loaded entries of one namespace and releases their leases.
 *
 * KEYS  for each entry: its lease, the entry, its n tags
 * ARGV  1 the channel that wakes waiters
 *       then for each entry: token (16 bytes), n, TTL in ms, the entry
 *
 * Returns for each entry
 *   1  stored: all its tags still have the versions that it was built with
 *   2  the caller no longer holds the lease: nothing changed
 *   3  a tag was invalidated during the load: not stored, lease released
 *   4  the server refuses writes: lease released
 *
 * The check of the tags allows callers that joined the running load to take its result.
 */
import type { Redis } from 'ioredis';
import type { EntryKeys } from '../keys.ts';
import { runScript, type Script, script } from '../primary/run-script.ts';

const storeScript: Script = script(`
local function store(k, a, n)
  local lease = redis.call('GET', KEYS[k])
  if not lease or string.sub(lease, 1, 16) ~= ARGV[a] then return 2 end
  local entry, result = ARGV[a + 3], 1
  local tags = redis.call('MGET', unpack(KEYS, k + 2, k + 1 + n))
  for i = 1, n do
    if tags[i] ~= string.sub(entry, 16 * i + 1, 16 * i + 16) then result = 3 end
  end
  if result == 1 and redis.pcall('SET', KEYS[k + 1], entry, 'PX', ARGV[a + 2]).err then result = 4 end
  redis.call('DEL', KEYS[k])
  if #lease > 16 then redis.call('PUBLISH', ARGV[1], KEYS[k]) end
  return result
end

local results, k = {}, 1
for a = 2, #ARGV, 4 do
  local n = tonumber(ARGV[a + 1])
  results[#results + 1] = store(k, a, n)
  k = k + 2 + n
end
return results
`);

export type StoreRequest = {
  readonly names: EntryKeys;
  readonly token: Buffer;
  readonly lifeMs: number;
  readonly entry: Buffer;
};

export type Stored = 'stored' | 'lease-lost' | 'invalidated' | 'refused';

export async function store(
  redis: Redis,
  wakeChannel: string,
  requests: readonly StoreRequest[],
): Promise<readonly Stored[]> {
  const keys: string[] = [];
  const args: (string | number | Buffer)[] = [wakeChannel];
  for (const { names, token, lifeMs, entry } of requests) {
    keys.push(names.leaseKey, names.entryKey, ...names.tagKeys);
    args.push(token, names.tagKeys.length, lifeMs, entry);
  }
  const results = (await runScript(redis, storeScript, keys, args)) as number[];
  return results.map((result) => outcomes[result - 1] ?? 'refused');
}

const outcomes = ['stored', 'lease-lost', 'invalidated', 'refused'] as const;
