import { timers } from '../../core/internal.ts';
import { encodeEntry } from '../read/entry-codec.ts';
import type { CachedValue } from '../values/cached-value.ts';
import { encodeAll } from '../values/storage-codec.ts';
import { callLoader, toContent } from './call-loader.ts';
import type { InFlightLoad } from './in-flight-load.ts';
import type { RunContext } from './load-context.ts';
import type { Stored, StoreRequest } from './store-script.ts';

/** An entry that this process loads. */
export type LeasedLoad = {
  readonly key: string;
  readonly flight: InFlightLoad;
  readonly token: Buffer;
  /** Versions of its tags when the lease was granted; null: loaded without a lease, not stored. */
  readonly versions: readonly Buffer[] | null;
  /** Redis time when the lease was granted. */
  readonly redisMs: number | null;
};

type Leased = LeasedLoad & { readonly versions: readonly Buffer[] };

type Storable = Leased & {
  readonly content: CachedValue;
  readonly loadedAtMs: number;
  readonly ttlMs: number;
  readonly stored: (stored: boolean) => void;
};

/**
 * Calls the loader once for all entries, resolves their flights, and stores the values that were loaded with a lease.
 * The flights resolve before the store. Never rejects.
 */
export async function loadAndStore(context: RunContext, owned: readonly LeasedLoad[]): Promise<void> {
  const { parts, policy, counts } = context;
  const leased = owned.filter((item): item is Leased => item.versions !== null);
  const renewal = timers.setInterval(() => renew(context, leased), policy.leaseMs / 3).unref();
  const fallbackMs = context.shard.redisNowMs;
  for (const { flight } of owned) flight.beginReading();
  const startedMs = timers.now();
  counts.loads += 1;
  counts.ttlSimulations.loading(
    owned.map(({ flight: { names }, redisMs, versions }) => ({
      names,
      redisMs: redisMs ?? fallbackMs,
      leased: versions !== null,
    })),
    context.shard,
  );
  const namespace = owned[0]?.flight.names.namespace ?? '';
  const loaded = await callLoader(
    context,
    namespace,
    owned.map(({ key }) => key),
  );
  timers.clearInterval(renewal);
  const loadMs = Math.round(timers.now() - startedMs);
  counts.loadMs += loadMs;

  const storable: Storable[] = [];
  const failed: Leased[] = [];
  const notStored: Leased[] = [];
  const failures = new Set<string>();
  owned.forEach((item, index) => {
    const loadedAtMs = item.redisMs ?? fallbackMs;
    const where = `${policy.name} ${JSON.stringify(item.key)}`;
    let value: unknown;
    let content: CachedValue;
    try {
      if ('error' in loaded) throw loaded.error;
      value = loaded.values[index];
      content = toContent(where, value, policy.serializer);
    } catch (error) {
      counts.loadErrors += 1;
      failures.add(error instanceof Error ? error.message : String(error));
      context.failures.record(item.flight.names, error);
      if (isLeased(item)) failed.push(item);
      item.flight.fail(error);
      return;
    }
    const fits = content.length <= policy.maxBodyBytes;
    const ttlMs = ttlFor(context, value, loaded.control.ttlOf(item.key));
    if (!isLeased(item) || !fits || ttlMs < 1) {
      if (!fits) {
        counts.storeRejections += 1;
        parts.onEvent({ type: 'store-rejected', policy: policy.name, reason: `${content.length} bytes` });
      }
      if (isLeased(item)) notStored.push(item);
      item.flight.resolve({ content, source: 'miss', loadedAtMs, expiresAtMs: loadedAtMs, stored: false });
      return;
    }
    const loadResult = { content, source: 'miss', loadedAtMs, expiresAtMs: loadedAtMs + ttlMs } as const;
    const stored = new Promise<boolean>((resolve) =>
      storable.push({ ...item, content, loadedAtMs, ttlMs, stored: resolve }),
    );
    item.flight.resolve({ ...loadResult, stored });
  });
  for (const reason of failures) parts.onEvent({ type: 'load-failed', policy: policy.name, reason });
  await Promise.all([
    storeAll(context, storable, loadMs),
    release(context, failed, policy.errorTtlMs),
    release(context, notStored, 0),
  ]);
}

function isLeased(item: LeasedLoad): item is Leased {
  return item.versions !== null;
}

/** Below 1 if the value must not be stored. `longestMs`: what the loader allows. */
function ttlFor({ policy, ttlMs = Infinity }: RunContext, value: unknown, longestMs: number): number {
  const policyMs = value === null ? policy.negativeTtlMs : policy.ttlMs;
  const untilMs = Math.min(policyMs, ttlMs, longestMs);
  return untilMs < 1 ? 0 : Math.max(1, Math.round(untilMs * (1 - Math.random() * policy.jitter)));
}

async function storeAll(context: RunContext, storable: readonly Storable[], loadMs: number): Promise<void> {
  if (storable.length === 0) return;
  const { parts, policy, counts, shard } = context;
  const tailMs = Math.max(policy.staleWhileRevalidateMs, policy.staleIfErrorMs);
  const requests = storable.map(({ flight, token, versions, content, loadedAtMs, ttlMs }): StoreRequest => {
    const body = encodeAll(policy.codecs, content.body, flight.names.entryKey);
    const entry = encodeEntry({ loadedAtMs, ttlMs, loadMs }, versions, flight.names.tagSet, body);
    return { names: flight.names, token, lifeMs: Math.max(1, ttlMs + tailMs - loadMs), entry };
  });
  const { local, counters } = parts;
  const snapshot = counters.snapshot(shard.epoch);
  let results: readonly Stored[] = [];
  try {
    results = await shard.commands.store(requests);
  } catch (error) {
    refused(context, error instanceof Error ? error.message : 'unknown');
  }
  storable.forEach(({ flight, content, loadedAtMs, ttlMs, stored }, index) => {
    const isStored = results[index] === 'stored';
    if (isStored) {
      counts.bytesStored += content.length;
      counts.ttlSimulations.stored(flight.names, shard);
    }
    if (isStored && policy.local)
      local?.store(flight.names, {
        content,
        loadedAtMs,
        expiresAtMs: loadedAtMs + ttlMs,
        loadMs,
        snapshot,
        counts,
        policy,
      });
    if (results[index] === 'refused') refused(context, 'the server refuses writes');
    stored(isStored);
  });
}

function refused({ parts, policy, counts }: RunContext, reason: string): void {
  counts.storeRejections += 1;
  parts.onEvent({ type: 'store-rejected', policy: policy.name, reason });
}

function renew({ policy, shard }: RunContext, leased: readonly Leased[]): void {
  if (leased.length === 0 || shard.replicationId === null) return;
  const leases = leased.map(({ flight, token }) => ({ leaseKey: flight.names.leaseKey, token }));
  // A lease that could not be renewed expires; its store is then rejected.
  shard.commands.renew(policy.leaseMs, leases).catch(() => {});
}

async function release({ shard }: RunContext, leased: readonly Leased[], errorTtlMs: number): Promise<void> {
  if (leased.length === 0) return;
  const leases = leased.map(({ flight, token }) => ({ leaseKey: flight.names.leaseKey, token }));
  try {
    await shard.commands.release(errorTtlMs, leases);
  } catch {
    // The lease expires on its own.
  }
}
