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
  /** Aborted when the load has taken longer than the policy's `loadTimeoutMs`. */
  readonly signal: AbortSignal;
};

export type GetRequest<T> = EntryAddress & {
  skip?: CacheSkip | undefined;
  /** Reads the truth, from the source that was written to, in a transaction that begins in this call. */
  load: (context: LoadContext) => Promise<T>;
};

export type GetManyRequest<T> = {
  namespace: string;
  items: readonly Omit<EntryAddress, 'namespace'>[];
  skip?: CacheSkip | undefined;
  /** Reads the truth for the keys; the map must have a value for each. */
  load: (keys: readonly string[], context: LoadContext) => Promise<ReadonlyMap<string, T>>;
};

/** A class of data in the cache. */
export type PolicyCache = {
  /**
   * The value of a key, from the nearest place that has it fresh, else loaded.
   *
   * @throws the loader's error, unless a stale value may stand in; UncacheableValueError; LoadTimeoutError; InvalidCacheUseError
   */
  get<T>(request: GetRequest<T>): Promise<CacheResult<T>>;
  /**
   * The values of several keys of one scope: read in one step, and what is missing is loaded in one call.
   *
   * @throws as `get`; one key's failure fails the call
   */
  getMany<T>(request: GetManyRequest<T>): Promise<Map<string, CacheResult<T>>>;
};

/** After so many tries that the loads of others could not answer, one loads for itself. */
const maxJoins = 3;

export class PolicyReader implements PolicyCache {
  readonly #context: Omit<RunContext, 'load' | 'shard'>;

  constructor(context: Omit<RunContext, 'load' | 'shard'>) {
    this.#context = context;
  }

  /** A hit takes a short way; all else goes with the many. */
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
      // A hit in this process has read the clock already, which costs more than the count.
      counts.count(hit.source, 1, typeof seen === 'object' && 'atMs' in seen ? seen.atMs : undefined);
      return hit as CacheResult<T>;
    }
    const loadValues: LoadValues = async (_, signal) => [await load({ signal })];
    const [result] = await this.#find({ ...context, load: loadValues }, [{ key, names }], skip, seen);
    return result as CacheResult<T>;
  }

  async getMany<T>(request: GetManyRequest<T>): Promise<Map<string, CacheResult<T>>> {
    const { namespace: scope, items, load, skip } = request;
    const lookupItems = new Map<string, LookupItem>();
    for (const item of items)
      lookupItems.set(item.key, { key: item.key, names: this.#names({ ...item, namespace: scope }) });
    const loadValues: LoadValues = async (keys, signal) => {
      const values = await load(keys, { signal });
      return keys.map((key) => values.get(key));
    };
    const shard = this.#context.parts.shards.of(scope);
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
      const asked = open;
      const found = await lookup(context, asked, skip, tries < maxJoins, tries === 0 ? first : undefined);
      const landed = await Promise.all(found.map((one) => cacheResultOf(one, context.shard)));
      open = asked.filter((item, index) => {
        const result = landed[index] ?? null;
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
