import { CacheResult } from './cache-result.ts';
import type { EntryAddress } from './keys.ts';
import type { LoadValues, RunContext } from './load/load-context.ts';
import type { Shard } from './primary/shard.ts';
import {
  type CacheSkip,
  hitOf,
  type LookupItem,
  type LookupResult,
  lookup,
  type ReadOutcome,
  readLocal,
  readRemote,
} from './read/lookup.ts';

export type LoadContext = {
  /** Aborted when the load exceeds the policy's `loadTimeoutMs`. */
  readonly signal: AbortSignal;
};

export type GetRequest<T> = EntryAddress & {
  skip?: CacheSkip | undefined;
  /** Reads the value from the primary database, in a transaction that begins in this call. */
  load: (context: LoadContext) => Promise<T>;
};

export type GetManyRequest<T> = {
  namespace: string;
  items: readonly Omit<EntryAddress, 'namespace'>[];
  skip?: CacheSkip | undefined;
  /** Reads the values of the keys from the primary database; the map must contain every key. */
  load: (keys: readonly string[], context: LoadContext) => Promise<ReadonlyMap<string, T>>;
};

/** A class of data in the cache. */
export type PolicyCache = {
  /**
   * The value of a key: from the local tier or Redis if fresh, otherwise loaded.
   *
   * @throws the loader's error, unless a stale value may be served; UncacheableValueError; LoadTimeoutError;
   * InvalidCacheUseError
   */
  get<T>(request: GetRequest<T>): Promise<CacheResult<T>>;
  /**
   * The values of several keys of one namespace: one read, and one load for the missing keys.
   *
   * @throws as `get`; one key's failure fails the call
   */
  getMany<T>(request: GetManyRequest<T>): Promise<Map<string, CacheResult<T>>>;
};

/** After this many joined loads without a usable result, a caller loads for itself. */
const maxJoins = 3;

export class PolicyReader implements PolicyCache {
  readonly #context: Omit<RunContext, 'load' | 'shard'>;

  constructor(context: Omit<RunContext, 'load' | 'shard'>) {
    this.#context = context;
  }

  /** A hit takes a short path; everything else takes the path of getMany. */
  async get<T>(request: GetRequest<T>): Promise<CacheResult<T>> {
    const { key, load, skip } = request;
    const { parts, policy, counts, failures } = this.#context;
    const names = parts.keys.entry(policy, request);
    const shard = parts.shards.of(request.namespace);
    const context = { parts, policy, counts, failures, shard };
    let seen = readLocal(context, names, skip);
    if (seen === undefined) seen = await readRemote(context, names);
    const hit = hitOf(context, names, seen);
    if (hit !== null) {
      // A local hit has already read the clock, which costs more than the count.
      counts.count(hit.source, 1, typeof seen === 'object' && 'atMs' in seen ? seen.atMs : undefined);
      return hit as CacheResult<T>;
    }
    const loadValues: LoadValues = async (_, signal) => [await load({ signal })];
    const [result] = await this.#find({ ...context, load: loadValues }, [{ key, names }], skip, seen);
    return result as CacheResult<T>;
  }

  async getMany<T>(request: GetManyRequest<T>): Promise<Map<string, CacheResult<T>>> {
    const { namespace, items, load, skip } = request;
    const lookupItems = new Map<string, LookupItem>();
    for (const item of items)
      lookupItems.set(item.key, { key: item.key, names: this.#names({ ...item, namespace }) });
    const loadValues: LoadValues = async (keys, signal) => {
      const values = await load(keys, { signal });
      return keys.map((key) => values.get(key));
    };
    const shard = this.#context.parts.shards.of(namespace);
    const results = await this.#find(
      { ...this.#context, shard, load: loadValues },
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
