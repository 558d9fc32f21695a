/**
 * Renews and releases leases of one namespace.
 *
 * Renew    KEYS leases; ARGV 1 TTL in ms, then the token of each lease. Returns how many the caller still held.
 * Release  KEYS leases; ARGV 1 the channel of wake-ups, 2 how many ms a failure is remembered or 0, then the token of
 * each
 *          lease. Returns how many the caller still held. Wakes processes that wait.
 */
import type { Redis } from 'ioredis';
import { runScript, type Script, script } from '../primary/run-script.ts';

const renewScript: Script = script(`
local renewed = 0
for i = 1, #KEYS do
  local lease = redis.call('GET', KEYS[i])
  if lease and string.sub(lease, 1, 16) == ARGV[i + 1] then
    redis.call('PEXPIRE', KEYS[i], ARGV[1])
    renewed = renewed + 1
  end
end
return renewed
`);

const releaseScript: Script = script(`
local released, errorTtlMs = 0, tonumber(ARGV[2])
for i = 1, #KEYS do
  local lease = redis.call('GET', KEYS[i])
  if lease and string.sub(lease, 1, 16) == ARGV[i + 2] then
    if errorTtlMs == 0 or redis.pcall('SET', KEYS[i], 'F', 'PX', errorTtlMs).err then redis.call('DEL', KEYS[i]) end
    if #lease > 16 then redis.call('PUBLISH', ARGV[1], KEYS[i]) end
    released = released + 1
  end
end
return released
`);

export type Lease = { readonly leaseKey: string; readonly token: Buffer };

export async function renewLeases(redis: Redis, lifeMs: number, leases: readonly Lease[]): Promise<number> {
  const keys = leases.map((lease) => lease.leaseKey);
  const tokens = leases.map((lease) => lease.token);
  return (await runScript(redis, renewScript, keys, [lifeMs, ...tokens])) as number;
}

export async function releaseLeases(
  redis: Redis,
  wakeChannel: string,
  errorTtlMs: number,
  leases: readonly Lease[],
): Promise<number> {
  const keys = leases.map((lease) => lease.leaseKey);
  const tokens = leases.map((lease) => lease.token);
  return (await runScript(redis, releaseScript, keys, [wakeChannel, errorTtlMs, ...tokens])) as number;
}
