/**
 * Grants leases to load entries of one namespace.
 *
 * KEYS  for each entry: its lease, the entry, its n tags
 * ARGV  1 TTL of a lease in ms, 2 replication id (6 bytes), 3 version for created tags (16 bytes),
 *       4 need: minimum remaining TTL of a tag in ms, 5 '1' if the caller waits when another process loads
 *       then for each entry: token (16 bytes), n, digest of the tags' names (8 bytes), loaded-at ms of the valid entry
 *       that the caller has seen, or 0
 *
 * Returns Redis time in ms, then for each entry one of
 *   {1, version, ...}  granted, with the versions of its tags; missing tags, and tags of another replication id, were
 *                      created
 *   {2}                another process loads it
 *   {3}                there is a valid, fresh entry newer than the one seen
 *   {4}                loading it failed recently
 *   {5}                the server refuses writes
 *
 * A second call with the same token is granted again. A tag is created with a TTL of twice the need, and its TTL is
 * extended only when less than the need is left: every change of a TTL invalidates the tag's entries in the local
 * tiers.
 */
import type { Redis } from 'ioredis';
import type { EntryKeys } from '../keys.ts';
import { runScript, type Script, script } from '../primary/run-script.ts';
import { magic } from '../read/entry-codec.ts';

const acquireScript: Script = script(`
local leaseMs, replid, version, need, waits = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5] == '1'
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local replies = {now}

local function loadable(k, token, n, digest, seen)
  local tags = redis.call('MGET', unpack(KEYS, k + 2, k + 1 + n))
  local versions, complete = {}, true
  for i = 1, n do
    local tag = tags[i]
    if tag and #tag == 16 and string.sub(tag, 1, 6) == replid then versions[i] = tag else complete = false end
  end
  local lease = redis.call('GET', KEYS[k])
  local mine = lease and string.sub(lease, 1, 16) == token
  if complete then
    local head = redis.call('GETRANGE', KEYS[k + 1], 0, 23 + 16 * n)
    if string.byte(head, 1) == ${magic} and string.sub(head, 17) == table.concat(versions) .. digest then
      local count, asOf, fresh = struct.unpack('>I2I6I4', string.sub(head, 3, 14))
      if count == n and asOf > seen and asOf + fresh > now then return {3} end
    end
  end
  if lease == 'F' then return {4} end
  if lease and not mine then
    if waits and #lease == 16 then redis.call('APPEND', KEYS[k], 'w') end
    return {2}
  end
  for i = 1, n do
    local key = KEYS[k + 1 + i]
    if not versions[i] then
      if redis.pcall('SET', key, version, 'PX', 2 * need).err then return {5} end
      versions[i] = version
    elseif redis.call('PTTL', key) < need then
      redis.call('PEXPIRE', key, 2 * need)
    end
  end
  if mine then redis.call('PEXPIRE', KEYS[k], leaseMs)
  elseif redis.pcall('SET', KEYS[k], token, 'PX', leaseMs).err then return {5} end
  return {1, unpack(versions)}
end

local k = 1
for a = 6, #ARGV, 4 do
  local n = tonumber(ARGV[a + 1])
  replies[#replies + 1] = loadable(k, ARGV[a], n, ARGV[a + 2], tonumber(ARGV[a + 3]))
  k = k + 2 + n
end
return replies
`);

export type AcquireRequest = {
  readonly leaseMs: number;
  readonly replicationId: Buffer;
  readonly version: Buffer;
  readonly needMs: number;
  readonly waits: boolean;
  readonly entries: readonly {
    readonly names: EntryKeys;
    readonly token: Buffer;
    readonly seenLoadedAtMs: number;
  }[];
};

export type Acquired =
  | { readonly outcome: 'granted'; readonly versions: readonly Buffer[] }
  | { readonly outcome: 'held' | 'present' | 'failed' | 'refused' };

export type AcquireReply = { readonly redisMs: number; readonly acquired: readonly Acquired[] };

export async function acquire(redis: Redis, request: AcquireRequest): Promise<AcquireReply> {
  const keys: string[] = [];
  const args: (string | number | Buffer)[] = [
    request.leaseMs,
    request.replicationId,
    request.version,
    request.needMs,
    request.waits ? '1' : '0',
  ];
  for (const { names, token, seenLoadedAtMs } of request.entries) {
    keys.push(names.leaseKey, names.entryKey, ...names.tagKeys);
    args.push(token, names.tagKeys.length, names.tagSet.digest, seenLoadedAtMs);
  }
  const [redisMs, ...replies] = (await runScript(redis, acquireScript, keys, args)) as [
    number,
    ...[number, ...Buffer[]][],
  ];
  return { redisMs, acquired: replies.map(toAcquired) };
}

const outcomes = ['held', 'present', 'failed', 'refused'] as const;

function toAcquired([code, ...versions]: [number, ...Buffer[]]): Acquired {
  return code === 1 ? { outcome: 'granted', versions } : { outcome: outcomes[code - 2] ?? 'refused' };
}
