import { Answer } from './cache-result.ts';
import type { EntryAddress } from './keys.ts';
import type { LoadValues, RunContext } from './load/load-context.ts';
import type { Shard } from './primary/shard.ts';
import {
  type Bypass,
  hitOf,
  type LookedUp,
  lookUp,
  type Seen,
  see,
  seeLocally,
  type Wanted,
} from './read/lookup.ts';

export type LoadContext = {
  /** Aborted when the load has taken longer than the policy's `loadLimitMs`. */
  readonly signal: AbortSignal;
};

export type GetRequest<T> = EntryAddress & {
  bypass?: Bypass | undefined;
  /** Reads the truth, from the source that was written to, in a transaction that begins in this call. */
  load: (context: LoadContext) => Promise<T>;
};

export type GetManyRequest<T> = {
  scope: string;
  items: readonly Omit<EntryAddress, 'scope'>[];
  bypass?: Bypass | undefined;
  /** Reads the truth for the keys; the map must have a value for each. */
  load: (keys: readonly string[], context: LoadContext) => Promise<ReadonlyMap<string, T>>;
};

/** A class of data in the cache. */
export type PolicyCache = {
  /**
   * The value of a key, from the nearest place that has it fresh, else loaded.
   *
   * @throws the loader's error, unless a stale value may stand in; UncacheableValue; LoadTimedOut; InvalidCacheUse
   */
  get<T>(request: GetRequest<T>): Promise<Answer<T>>;
  /**
   * The values of several keys of one scope: read in one step, and what is missing is loaded in one call.
   *
   * @throws as `get`; one key's failure fails the call
   */
  getMany<T>(request: GetManyRequest<T>): Promise<Map<string, Answer<T>>>;
};

/** After so many tries that the loads of others could not answer, one loads for itself. */
const mostJoins = 3;

export class PolicyReader implements PolicyCache {
  readonly #context: Omit<RunContext, 'load' | 'shard'>;

  constructor(context: Omit<RunContext, 'load' | 'shard'>) {
    this.#context = context;
  }

  /** A hit takes a short way; all else goes with the many. */
  async get<T>(request: GetRequest<T>): Promise<Answer<T>> {
    const { key, load, bypass } = request;
    const { parts, policy, counts, failures } = this.#context;
    const names = parts.keys.entry(policy, request);
    const shard = parts.shards.of(request.scope);
    const context = { parts, policy, counts, failures, shard };
    let seen = seeLocally(context, names, bypass);
    if (seen === undefined) seen = await see(context, names);
    const hit = hitOf(context, names, seen);
    if (hit !== null) {
      // A hit in this process has read the clock already, which costs more than the count.
      counts.answered(hit.source, 1, typeof seen === 'object' && 'atMs' in seen ? seen.atMs : undefined);
      return hit as Answer<T>;
    }
    const loadValues: LoadValues = async (_, signal) => [await load({ signal })];
    const [answer] = await this.#find({ ...context, load: loadValues }, [{ key, names }], bypass, seen);
    return answer as Answer<T>;
  }

  async getMany<T>(request: GetManyRequest<T>): Promise<Map<string, Answer<T>>> {
    const { scope, items, load, bypass } = request;
    const wanted = new Map<string, Wanted>();
    for (const item of items) wanted.set(item.key, { key: item.key, names: this.#names({ ...item, scope }) });
    const loadValues: LoadValues = async (keys, signal) => {
      const values = await load(keys, { signal });
      return keys.map((key) => values.get(key));
    };
    const shard = this.#context.parts.shards.of(scope);
    const answers = await this.#find(
      { ...this.#context, shard, load: loadValues },
      [...wanted.values()],
      bypass,
    );
    return new Map([...wanted.keys()].map((key, index) => [key, answers[index] as Answer<T>]));
  }

  #names(address: EntryAddress): Wanted['names'] {
    const { parts, policy } = this.#context;
    return parts.keys.entry(policy, address);
  }

  async #find(
    context: RunContext,
    wanted: readonly Wanted[],
    bypass: Bypass | undefined,
    first?: Seen,
  ): Promise<readonly (Answer<unknown> | undefined)[]> {
    const answers = new Map<Wanted, Answer<unknown>>();
    let open = wanted;
    for (let tries = 0; open.length > 0; tries++) {
      const asked = open;
      const results = await lookUp(
        context,
        asked,
        bypass,
        tries < mostJoins,
        tries === 0 ? first : undefined,
      );
      const landed = await Promise.all(results.map((result) => answerOf(result, context.shard)));
      open = asked.filter((item, index) => {
        const answer = landed[index] ?? null;
        if (answer !== null) answers.set(item, answer);
        return answer === null;
      });
    }
    for (const { source } of answers.values()) context.counts.answered(source);
    return wanted.map((item) => answers.get(item));
  }
}

async function answerOf(result: LookedUp, shard: Shard): Promise<Answer<unknown> | null> {
  if ('answer' in result) return result.answer;
  try {
    const landing = await result.landing;
    if (landing === null) return null;
    const { content, source, asOfMs, freshUntilMs } = landing;
    return new Answer(content, source, asOfMs, freshUntilMs, shard);
  } catch (error) {
    if (result.standIn !== null) return result.standIn;
    throw error;
  }
}
