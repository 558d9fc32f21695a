/**
 * A miss: acquire the lease in Redis, load, store. A process that does not get the lease waits for its holder up to
 * `leaseWaitMs`, then loads without storing. Several entries of one namespace go through these steps together, and one
 * call of the loader loads all of them that need loading.
 */
import { randomBytes } from 'node:crypto';
import { timers } from '../../core/internal.ts';
import { decodeReading } from '../read/decode-reading.ts';
import type { Acquired } from './acquire-script.ts';
import type { InFlightLoad } from './in-flight-load.ts';
import { type LeasedLoad, loadAndStore } from './load-and-store.ts';
import type { RunContext } from './load-context.ts';

/** One entry to be loaded. */
export type Task = {
  readonly key: string;
  readonly flight: InFlightLoad;
  /** `loadedAtMs` of the valid entry that is to be replaced, or 0. */
  readonly seenLoadedAtMs: number;
};

/**
 * wait: for another process's load. refresh: if another process loads, leave it to that process. alone: without
 * Redis.
 */
export type RunMode = 'wait' | 'refresh' | 'alone';

/** Wake-up messages may be lost, so a waiter also retries at this interval, in ms. */
const retryMs = 200;

type Open = Task & { readonly token: Buffer };

/** Resolves or rejects every flight. Never rejects itself. */
export async function runLoads(context: RunContext, tasks: readonly Task[], mode: RunMode): Promise<void> {
  const { parts, policy, counts } = context;
  const giveUpMs = timers.now() + policy.leaseWaitMs;
  let open: Open[] = tasks.map((task) => ({ ...task, token: randomBytes(16) }));
  // All callers of this event-loop turn must find the load before it begins.
  if (mode === 'alone') await new Promise((resolve) => timers.setImmediate(resolve));
  while (open.length > 0) {
    const wakeUp = parts.leaseWaiters.expect(
      mode === 'wait' ? open.map(({ flight }) => flight.names.leaseKey) : [],
    );
    try {
      const mayWait = mode !== 'alone' && timers.now() < giveUpMs;
      const acquired = mayWait ? await acquireAll(context, open, mode) : alone(open);
      const own = acquired.filter(isOwn);
      const others = acquired.filter((item) => !isOwn(item));
      if (own.length > 0) await loadAndStore(context, own);
      if (mode === 'refresh') {
        for (const { flight } of others) flight.resolve(null);
        return;
      }
      const mustWait = own.length === 0 && others.every(({ held }) => held);
      if (mustWait) {
        counts.leaseWaits += others.length;
        await wakeUp.within(Math.max(1, Math.min(retryMs, giveUpMs - timers.now())));
      }
      open = await stillOpen(context, others);
    } finally {
      wakeUp.end();
    }
  }
}

type AcquiredTask = LeasedLoad & Open & { readonly own: boolean; readonly held: boolean };

function isOwn(item: AcquiredTask): boolean {
  return item.own;
}

function alone(open: readonly Open[]): AcquiredTask[] {
  return open.map((task) => ({ ...task, own: true, held: false, versions: null, redisMs: null }));
}

/**
 * Acquires leases for all. Loads without a lease if Redis is unavailable, refuses writes, or the load failed
 * recently.
 */
async function acquireAll(
  context: RunContext,
  open: readonly Open[],
  mode: RunMode,
): Promise<AcquiredTask[]> {
  const { parts, policy, counts, shard } = context;
  const { replicationId } = shard;
  if (replicationId === null) return alone(open);
  const request = {
    leaseMs: policy.leaseMs,
    replicationId,
    version: parts.versions.next(replicationId),
    needMs: parts.needMs,
    waits: mode === 'wait',
    entries: open.map(({ flight, token, seenLoadedAtMs }) => ({
      names: flight.names,
      token,
      seenLoadedAtMs,
    })),
  };
  const sentAtMs = timers.now();
  try {
    const { redisMs, acquired } = await shard.commands.acquire(request);
    const nowMs = shard.observeRedisTime(redisMs, sentAtMs);
    counts.storeRejections += acquired.filter(({ outcome }) => outcome === 'refused').length;
    return open.map((task, index) => withOutcome(task, acquired[index] ?? { outcome: 'refused' }, nowMs));
  } catch {
    return alone(open);
  }
}

function withOutcome(task: Open, acquired: Acquired, redisMs: number): AcquiredTask {
  const { outcome } = acquired;
  return {
    ...task,
    own: outcome === 'granted' || outcome === 'failed' || outcome === 'refused',
    held: outcome === 'held',
    versions: acquired.outcome === 'granted' ? acquired.versions : null,
    redisMs,
  };
}

/** Reads what other processes have stored. Returns the tasks that are still missing. */
async function stillOpen(
  { parts, policy, shard }: RunContext,
  others: readonly AcquiredTask[],
): Promise<Open[]> {
  const missing: Open[] = [];
  await Promise.all(
    others.map(async (item) => {
      const { flight, seenLoadedAtMs } = item;
      try {
        const reading = await shard.read(flight.names, () => flight.beginReading());
        const isNew = reading?.valid && reading.times.loadedAtMs > seenLoadedAtMs;
        if (isNew && decodeReading(reading, policy, flight.names, parts.onEvent)) {
          const { loadedAtMs, ttlMs } = reading.times;
          const expiresAtMs = loadedAtMs + ttlMs;
          flight.resolve({
            content: reading.content,
            source: 'remote',
            loadedAtMs,
            expiresAtMs,
            stored: false,
          });
          return;
        }
      } catch {
        // Redis cannot be read: the next round loads without it.
      }
      missing.push(item);
    }),
  );
  return missing;
}
