/**
 * The commands of the cache, as the scripts of Redis run them: see `acquire-script.ts`, `store-script.ts` and
 * `lease-scripts.ts`. Keys and values have the same names and layouts. Each command runs in one step, so nothing else
 * runs between its parts.
 */
import type { KeySpace } from '../cache/keys.ts';
import type { Acquired, AcquireRequest } from '../cache/load/acquire-script.ts';
import type { Lease } from '../cache/load/lease-scripts.ts';
import type { Stored, StoreRequest } from '../cache/load/store-script.ts';
import type { Commands } from '../cache/primary/commands.ts';
import { hasVersion, isEntry, namesTags, readTimes } from '../cache/read/entry-codec.ts';
import { globPattern } from './glob-pattern.ts';
import type { MemoryServer } from './memory-server.ts';

/** A lease is its token, with `w` appended when someone waits; or `F` when the load failed recently. */
const tokenBytes = 16;
const failed = Buffer.from('F');

export type MemoryCommandsOptions = {
  readonly server: MemoryServer;
  readonly keys: KeySpace;
  /** The time of the driver, in whole ms. */
  readonly nowMs: () => number;
  /** @throws RedisUnavailableError when the cache is closed */
  readonly assertOpen: () => void;
};

export function memoryCommands({ server, keys, nowMs, assertOpen }: MemoryCommandsOptions): Commands {
  /** A command that rejects where it throws. */
  async function run<T>(command: (now: number) => T): Promise<T> {
    assertOpen();
    return command(nowMs());
  }

  function acquireOne(
    { leaseMs, needMs, version, waits }: AcquireRequest,
    { names, token, seenLoadedAtMs }: AcquireRequest['entries'][number],
    now: number,
  ): Acquired {
    const { leaseKey, entryKey, tagSet } = names;
    const tags = tagSet.keys.map((key) => server.get(key, now));
    const lease = server.get(leaseKey, now);
    const entry = server.get(entryKey, now);
    if (entry !== null && isEntry(entry) && namesTags(entry, tagSet) && hasVersions(entry, tags)) {
      const { loadedAtMs, ttlMs } = readTimes(entry);
      if (loadedAtMs > seenLoadedAtMs && loadedAtMs + ttlMs > now) return { outcome: 'present' };
    }
    if (lease?.equals(failed) === true) return { outcome: 'failed' };
    const mine = lease !== null && isHeldBy(lease, token);
    if (lease !== null && !mine) {
      if (waits && lease.length === tokenBytes) server.append(leaseKey, now, 'w');
      return { outcome: 'held' };
    }
    const versions: Buffer[] = [];
    for (const [index, key] of tagSet.keys.entries()) {
      const tag = tags[index] ?? null;
      if (tag === null && !server.set(key, version, now + 2 * needMs)) return { outcome: 'refused' };
      if (tag !== null && server.leftMs(key, now) < needMs) server.expire(key, now, now + 2 * needMs);
      versions.push(tag ?? version);
    }
    if (mine) server.expire(leaseKey, now, now + leaseMs);
    else if (!server.set(leaseKey, token, now + leaseMs)) return { outcome: 'refused' };
    return { outcome: 'granted', versions };
  }

  function storeOne({ names, token, lifeMs, entry }: StoreRequest, now: number): Stored {
    const { leaseKey, entryKey, tagKeys } = names;
    const lease = server.get(leaseKey, now);
    if (lease === null || !isHeldBy(lease, token)) return 'lease-lost';
    const unchanged = hasVersions(
      entry,
      tagKeys.map((key) => server.get(key, now)),
    );
    const isStored = unchanged && server.set(entryKey, entry, now + lifeMs);
    server.delete(leaseKey);
    wake(leaseKey, lease);
    return isStored ? 'stored' : unchanged ? 'refused' : 'invalidated';
  }

  function releaseOne({ leaseKey, token }: Lease, errorTtlMs: number, now: number): void {
    const lease = server.get(leaseKey, now);
    if (lease === null || !isHeldBy(lease, token)) return;
    if (errorTtlMs === 0) server.delete(leaseKey);
    else server.set(leaseKey, failed, now + errorTtlMs);
    wake(leaseKey, lease);
  }

  function wake(leaseKey: string, lease: Buffer): void {
    if (lease.length === tokenBytes) return;
    for (const listener of server.listenersOf(keys.prefix)) listener.onWake(leaseKey);
  }

  function removeTag(key: string): void {
    server.delete(key);
    // Also for a tag that is missing: an entry that names it may still be in some local tier.
    for (const listener of server.listenersOf(keys.prefix)) listener.onTag(key);
  }

  return {
    mget: (names) => run((now) => names.map((key) => server.get(key, now))),
    acquire: (request) =>
      run((now) => ({
        redisMs: now,
        acquired: request.entries.map((entry) => acquireOne(request, entry, now)),
      })),
    store: (requests) => run((now) => requests.map((request) => storeOne(request, now))),
    renew: (lifeMs, leases) =>
      run((now) => {
        for (const { leaseKey, token } of leases) {
          const lease = server.get(leaseKey, now);
          if (lease !== null && isHeldBy(lease, token)) server.expire(leaseKey, now, now + lifeMs);
        }
      }),
    release: (errorTtlMs, leases) =>
      run((now) => {
        for (const lease of leases) releaseOne(lease, errorTtlMs, now);
      }),
    removeTags: (tagKeys) =>
      run(() => {
        for (const key of tagKeys) removeTag(key);
      }),
    removeEveryTag: () =>
      run((now) => {
        const isTag = (key: string): boolean => key.startsWith(keys.tagPrefix);
        for (const { key } of server.keysAfter(0, Number.POSITIVE_INFINITY, now, isTag)) server.delete(key);
        for (const listener of server.listenersOf(keys.prefix)) listener.onAnything();
      }),
    scan: (cursor, pattern, count) =>
      run((now) => {
        const matching = globPattern(pattern);
        const found = server.keysAfter(Number(cursor), count, now, (key) => matching.test(key));
        const last = found.length < count ? undefined : found.at(-1);
        return [`${last?.number ?? 0}`, found.map(({ key }) => key)] as const;
      }),
  };
}

function isHeldBy(lease: Buffer, token: Buffer): boolean {
  return lease.subarray(0, tokenBytes).equals(token);
}

/** Whether the entry was built with these versions of its tags. */
function hasVersions(entry: Buffer, tags: readonly (Buffer | null)[]): boolean {
  return tags.every((tag, index) => tag !== null && hasVersion(entry, index, tag));
}
