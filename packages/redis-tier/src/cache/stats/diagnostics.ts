/**
 * Observability without access to the cache: two channels of node:diagnostics_channel. A channel without subscribers
 * costs nothing.
 */
import { type Channel, channel, type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import type { CacheEvent, OnCacheEvent } from '../events.ts';

/** Every event of every cache of this process, as `CacheEvent` with the `prefix` of its cache. */
export const cacheEventChannel = 'redis-tier:cache:event';

/**
 * Every call of a loader, as the five channels of `tracingChannel` with this name: start, end, asyncStart, asyncEnd,
 * error. A load runs in the async context of the caller that began it, so its spans belong to that caller.
 */
export const cacheLoadChannel = 'redis-tier:cache:load';

/** The message of `redis-tier:cache:load`. It does not contain the loaded values. */
export type CacheLoadTrace = {
  readonly prefix: string;
  readonly policy: string;
  readonly namespace: string;
  readonly keys: readonly string[];
};

const events: Channel = channel(cacheEventChannel);
const loads: TracingChannel<object> = tracingChannel(cacheLoadChannel);

/** Sends events to the owner of a cache and to the subscribers of the channel. */
export function publishing(prefix: string, onEvent: OnCacheEvent | undefined): OnCacheEvent {
  return (event: CacheEvent) => {
    onEvent?.(event);
    if (events.hasSubscribers) events.publish({ prefix, ...event });
  };
}

/** Runs a load inside the tracing channel. */
export async function traced<T>(trace: () => CacheLoadTrace, load: () => Promise<T>): Promise<T> {
  if (!loads.hasSubscribers) return await load();
  const result: { value?: T } = {};
  await loads.tracePromise(
    async () => {
      result.value = await load();
    },
    { ...trace() },
  );
  return result.value as T;
}
