import { CacheResult } from './cache-result.ts';
import { InvalidCacheUseError } from './errors.ts';
import type { EntryAddress } from './keys.ts';
import type { LoadValues, RunContext } from './load/load-context.ts';
import type { LoadContext, LoadManyContext } from './load/load-control.ts';
import type { Policy } from './policy-options.ts';
import type { Shard } from './primary/shard.ts';
import {
  type CacheSkip,
  hitOf,
  isFresh,
  type LookupItem,
  type LookupResult,
  lookup,
  type ReadContext,
  type ReadOutcome,
  readLocal,
  readRemote,
} from './read/lookup.ts';

/** Options of a single call. */
type CallOptions = {
  skip?: CacheSkip | undefined;
  /** How long the value is fresh if this call loads it: 1 ms to the policy's `ttlMs`, which is the default. */
  ttlMs?: number | undefined;
  /**
   * Ends the wait of this caller, who gets the signal's reason. A load goes on: other callers may wait for it, and the
   * next one finds its value.
   */
  signal?: AbortSignal | undefined;
};

export type GetRequest<T> = EntryAddress &
  CallOptions & {
    /** Reads the value from the primary database, in a transaction that begins in this call. */
    load: (context: LoadContext) => Promise<T>;
  };

export type GetManyRequest<T> = CallOptions & {
  namespace: string;
  items: readonly Omit<EntryAddress, 'namespace'>[];
  /** Reads the values of the keys from the primary database; the map must contain every key. */
  load: (keys: readonly string[], context: LoadManyContext) => Promise<ReadonlyMap<string, T>>;
};

/** A class of data in the cache. */
export type PolicyCache = {
  /**
   * The value of a key: from the local tier or Redis if fresh, otherwise loaded.
   *
   * @throws the loader's error, unless a stale value may be served; UncacheableValueError; LoadTimeoutError;
   * InvalidCacheUseError; the reason of the call's `signal`
   */
  get<T>(request: GetRequest<T>): Promise<CacheResult<T>>;
  /**
   * The values of several keys of one namespace: one read, and one load for the missing keys.
   *
   * @throws as `get`; one key's failure fails the call
   */
  getMany<T>(request: GetManyRequest<T>): Promise<Map<string, CacheResult<T>>>;
  /**
   * Whether a fresh value is in the cache. Loads nothing and counts nothing. The next `get` may still load: the value
   * may expire or be invalidated in between.
   *
   * @throws InvalidCacheUseError
   */
  has(address: EntryAddress): Promise<boolean>;
};

/** After this many joined loads without a usable result, a caller loads for itself. */
const maxJoins = 3;

export class PolicyReader implements PolicyCache {
  readonly #context: Omit<ReadContext, 'shard'>;

  constructor(context: Omit<ReadContext, 'shard'>) {
    this.#context = context;
  }

  get<T>(request: GetRequest<T>): Promise<CacheResult<T>> {
    const { signal } = request;
    return signal === undefined ? this.#get(request) : untilAborted(signal, () => this.#get(request));
  }

  getMany<T>(request: GetManyRequest<T>): Promise<Map<string, CacheResult<T>>> {
    const { signal } = request;
    return signal === undefined ? this.#getMany(request) : untilAborted(signal, () => this.#getMany(request));
  }

  async has(address: EntryAddress): Promise<boolean> {
    const shard = this.#context.parts.shards.of(address.namespace);
    const context = { ...this.#context, shard };
    const names = this.#names(address);
    return isFresh(
      context,
      readLocal(context, shard, names, undefined) ?? (await readRemote(context, names)),
    );
  }

  /** A hit takes a short path; everything else takes the path of getMany. */
  async #get<T>(request: GetRequest<T>): Promise<CacheResult<T>> {
    const { key, load, skip, ttlMs } = request;
    const { parts, policy, counts, failures } = this.#context;
    if (ttlMs !== undefined) checkTtl(ttlMs, policy);
    const names = parts.keys.entry(policy, request);
    const shard = parts.shards.of(request.namespace);
    let seen = readLocal(this.#context, shard, names, skip);
    if (typeof seen === 'object' && 'atMs' in seen && !seen.refresh) {
      // A local hit has already read the clock, which costs more than the count.
      counts.count('local', 1, seen.atMs);
      return seen.result as CacheResult<T>;
    }
    const context = { parts, policy, counts, failures, shard };
    if (seen === undefined) seen = await readRemote(context, names);
    const hit = hitOf(context, names, seen);
    if (hit !== null) {
      counts.count(hit.source);
      return hit as CacheResult<T>;
    }
    const loadValues: LoadValues = async (_, control) => [await load(control)];
    const [result] = await this.#find({ ...context, load: loadValues, ttlMs }, [{ key, names }], skip, seen);
    return result as CacheResult<T>;
  }

  async #getMany<T>(request: GetManyRequest<T>): Promise<Map<string, CacheResult<T>>> {
    const { namespace, items, load, skip, ttlMs } = request;
    if (ttlMs !== undefined) checkTtl(ttlMs, this.#context.policy);
    const lookupItems = new Map<string, LookupItem>();
    for (const item of items)
      lookupItems.set(item.key, { key: item.key, names: this.#names({ ...item, namespace }) });
    const loadValues: LoadValues = async (keys, control) => {
      const values = await load(keys, control);
      return keys.map((key) => values.get(key));
    };
    const shard = this.#context.parts.shards.of(namespace);
    const results = await this.#find(
      { ...this.#context, shard, load: loadValues, ttlMs },
      [...lookupItems.values()],
      skip,
    );
    return new Map([...lookupItems.keys()].map((key, index) => [key, results[index] as CacheResult<T>]));
  }

  #names(address: EntryAddress): LookupItem['names'] {
    const { parts, policy } = this.#context;
    return parts.keys.entry(policy, address);
  }

  async #find(
    context: RunContext,
    lookupItems: readonly LookupItem[],
    skip: CacheSkip | undefined,
    first?: ReadOutcome,
  ): Promise<readonly (CacheResult<unknown> | undefined)[]> {
    const results = new Map<LookupItem, CacheResult<unknown>>();
    let open = lookupItems;
    for (let tries = 0; open.length > 0; tries++) {
      const tried = open;
      const found = await lookup(context, tried, skip, tries < maxJoins, tries === 0 ? first : undefined);
      const settled = await Promise.all(found.map((one) => cacheResultOf(one, context.shard)));
      open = tried.filter((item, index) => {
        const result = settled[index] ?? null;
        if (result !== null) results.set(item, result);
        return result === null;
      });
    }
    for (const { source } of results.values()) context.counts.count(source);
    return lookupItems.map((item) => results.get(item));
  }
}

async function cacheResultOf(result: LookupResult, shard: Shard): Promise<CacheResult<unknown> | null> {
  if ('result' in result) return result.result;
  try {
    const loadResult = await result.loadResult;
    if (loadResult === null) return null;
    const { content, source, loadedAtMs, expiresAtMs } = loadResult;
    return new CacheResult(content, source, loadedAtMs, expiresAtMs, shard);
  } catch (error) {
    if (result.fallback !== null) return result.fallback;
    throw error;
  }
}

/** @throws InvalidCacheUseError */
function checkTtl(ttlMs: number, policy: Policy): void {
  if (!Number.isInteger(ttlMs) || ttlMs < 1 || ttlMs > policy.ttlMs)
    throw new InvalidCacheUseError(
      `ttlMs must be a whole number from 1 to ${policy.ttlMs}, the ttlMs of policy ${policy.name}`,
    );
}

function untilAborted<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    const end = (): void => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort);
    call().then(resolve, reject).finally(end);
  });
}
