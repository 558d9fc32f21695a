/**
 * What the cache asks of a primary. Redis runs it as commands and scripts; a driver that runs without Redis gives the
 * same replies. Every command rejects with RedisUnavailableError while the primary is unusable, or with the server's
 * error.
 */
import type { AcquireReply, AcquireRequest } from '../load/acquire-script.ts';
import type { Lease } from '../load/lease-scripts.ts';
import type { Stored, StoreRequest } from '../load/store-script.ts';

export type Commands = {
  /** The values of the keys, in one step. */
  mget(keys: string[]): Promise<readonly (Buffer | null)[]>;
  /** Grants leases to load entries. A lease that is granted after the call was rejected is released. */
  acquire(request: AcquireRequest): Promise<AcquireReply>;
  /** Stores loaded entries, releases their leases and wakes the processes that wait for them. */
  store(requests: readonly StoreRequest[]): Promise<readonly Stored[]>;
  /** Extends the leases that the caller still holds. */
  renew(lifeMs: number, leases: readonly Lease[]): Promise<unknown>;
  /** Releases leases. `errorTtlMs`: how long the failure of their loads is remembered, or 0. */
  release(errorTtlMs: number, leases: readonly Lease[]): Promise<unknown>;
  /** Invalidates: removes tags of one namespace, and notifies the processes. */
  removeTags(tagKeys: readonly string[]): Promise<void>;
  /** Invalidates everything: for when there were too many namespaces to record. */
  removeEveryTag(): Promise<void>;
  /** One step of a scan of the keys that match the pattern. The first cursor and the one after the end are '0'. */
  scan(
    cursor: string,
    pattern: string,
    count: number,
  ): Promise<readonly [cursor: string, keys: readonly string[]]>;
};
