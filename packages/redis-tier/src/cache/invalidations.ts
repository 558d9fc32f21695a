/**
 * Invalidations of this process, from the call to well after the primary's acknowledgement.
 *
 * An invalidation removes the tags: that works on a full server too, and a missing tag is a miss. One that the primary did
 * not acknowledge is kept and applied before anything else is read from it; until then it protects this process alone.
 * Those of the last two minutes are applied again when the primary's lineage changes: the one that acknowledged them may
 * have been superseded already.
 */
import type { Redis } from 'ioredis';
import type { OnCacheEvent } from './events.ts';
import { checkScope, type KeySpace } from './keys.ts';
import type { Send } from './link.ts';
import { ScopedTags } from './scoped-tags.ts';

export type InvalidationsOptions = {
  keys: KeySpace;
  onEvent: OnCacheEvent;
  /** Runs with the tags' names in Redis at the call and again at the acknowledgement. */
  onInvalidate: (tagKeys: readonly string[]) => void;
};

const rememberedMs = 120_000;
const periodMs = 15_000;
/** Most commands under way at once while kept invalidations are applied. */
const atOnce = 200;

export class Invalidations {
  readonly #options: InvalidationsOptions;
  #kept = new ScopedTags();
  /** What was kept and is being applied. */
  #applying = new ScopedTags();
  #turn: Promise<void> = Promise.resolve();
  /** Under way, by the tag's name in Redis. */
  readonly #underWay = new Map<string, number>();
  #applied: { sinceMs: number; tags: ScopedTags }[] = [];

  constructor(options: InvalidationsOptions) {
    this.#options = options;
  }

  get keptScopes(): number {
    return this.#kept.scopes;
  }

  get hasKept(): boolean {
    return !this.#kept.isEmpty;
  }

  /**
   * Whether an entry with these tags must not be taken from the cache by this process, because an invalidation of its own
   * has not been acknowledged yet.
   */
  isPending(scope: string, tagKeys: readonly string[]): boolean {
    if (this.#underWay.size > 0 && tagKeys.some((key) => this.#underWay.has(key))) return true;
    if (this.#kept.isEmpty && this.#applying.isEmpty) return false;
    return this.#kept.covers(scope, tagKeys) || this.#applying.covers(scope, tagKeys);
  }

  /**
   * Removes the tags; no tags stand for the scope's own. Resolves at the primary's acknowledgement, or as soon as it is
   * known that there is none: then `applied` is false and the invalidation is kept.
   *
   * @throws InvalidCacheUse for a scope or tag out of range
   */
  async invalidate(send: Send | null, scope: string, tags: readonly string[]): Promise<{ applied: boolean }> {
    const { keys, onInvalidate, onEvent } = this.#options;
    checkScope(scope);
    const tagKeys = tags.length === 0 ? [keys.scopeTag(scope)] : tags.map((tag) => keys.tag(scope, tag));
    onInvalidate(tagKeys);
    let reason = 'Redis is not used at the moment';
    if (send !== null) {
      this.#begin(tagKeys);
      try {
        await removeTags(send, keys.invalidationChannel, tagKeys);
        this.#remember(scope, tagKeys);
        onInvalidate(tagKeys);
        return { applied: true };
      } catch (error) {
        reason = error instanceof Error ? error.message : 'unknown';
      } finally {
        this.#end(tagKeys);
      }
    }
    this.#keep(scope, tagKeys);
    onEvent({ type: 'invalidation-kept', scope, reason });
    return { applied: false };
  }

  /**
   * Applies what is kept, and after a change of lineage what was applied of late. Rejects when that did not work; it is
   * still kept then.
   */
  apply(send: Send, again: boolean): Promise<void> {
    const applied = this.#turn.then(() => this.#applyKept(send, again));
    this.#turn = applied.catch(() => {});
    return applied;
  }

  async #applyKept(send: Send, again: boolean): Promise<void> {
    if (again) {
      this.#forgetOld();
      for (const { tags } of this.#applied) this.#kept.addAll(tags);
    }
    let scopes = 0;
    while (this.hasKept) {
      this.#applying = this.#kept;
      this.#kept = new ScopedTags();
      scopes += this.#applying.scopes;
      try {
        await this.#removeAll(send, this.#applying);
      } catch (error) {
        this.#kept.addAll(this.#applying);
        throw error;
      } finally {
        this.#applying = new ScopedTags();
      }
    }
    if (scopes > 0) this.#options.onEvent({ type: 'invalidations-applied', scopes });
  }

  async #removeAll(send: Send, batch: ScopedTags): Promise<void> {
    const { keys, onInvalidate } = this.#options;
    if (batch.everything) await removeEveryTag(send, keys.tagPrefix);
    const removals = [...batch].map(([scope, tags]) => ({
      scope,
      tagKeys: tags === 'all' ? [keys.scopeTag(scope)] : tags,
    }));
    for (let first = 0; first < removals.length; first += atOnce) {
      const some = removals.slice(first, first + atOnce);
      await Promise.all(some.map(({ tagKeys }) => removeTags(send, keys.invalidationChannel, tagKeys)));
    }
    for (const { scope, tagKeys } of removals) {
      this.#remember(scope, tagKeys);
      onInvalidate(tagKeys);
    }
  }

  #keep(scope: string, tagKeys: readonly string[]): void {
    this.#kept.add(scope, this.#wholeScope(scope, tagKeys) ? 'all' : tagKeys);
  }

  #remember(scope: string, tagKeys: readonly string[]): void {
    this.#forgetOld();
    let period = this.#applied.at(-1);
    if (period === undefined || performance.now() - period.sinceMs > periodMs) {
      period = { sinceMs: performance.now(), tags: new ScopedTags() };
      this.#applied.push(period);
    }
    period.tags.add(scope, this.#wholeScope(scope, tagKeys) ? 'all' : tagKeys);
  }

  #wholeScope(scope: string, tagKeys: readonly string[]): boolean {
    return tagKeys.includes(this.#options.keys.scopeTag(scope));
  }

  #forgetOld(): void {
    const oldestMs = performance.now() - rememberedMs - periodMs;
    this.#applied = this.#applied.filter(({ sinceMs }) => sinceMs >= oldestMs);
  }

  #begin(tagKeys: readonly string[]): void {
    for (const key of tagKeys) this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
  }

  #end(tagKeys: readonly string[]): void {
    for (const key of tagKeys) {
      const left = (this.#underWay.get(key) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(key);
      else this.#underWay.set(key, left);
    }
  }
}

/** One step; one for each tag while the slot is being moved, when a command with several keys is refused. */
async function removeTags(send: Send, channel: string, tagKeys: readonly string[]): Promise<void> {
  const remove = (some: readonly string[]): Promise<unknown> =>
    send((redis) => Promise.all([redis.unlink(...some), publish(redis, channel, some)]));
  try {
    await remove(tagKeys);
  } catch (error) {
    if (tagKeys.length === 1 || !isRefusalOfSeveralKeys(error)) throw error;
    await Promise.all(tagKeys.map((key) => remove([key])));
  }
}

/** For processes whose server refuses tracking. Where it refuses publishing too, nobody listens either. */
async function publish(redis: Redis, channel: string, tagKeys: readonly string[]): Promise<void> {
  try {
    await redis.publish(channel, JSON.stringify(tagKeys));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ReplyError') throw error;
  }
}

function isRefusalOfSeveralKeys(error: unknown): boolean {
  return error instanceof Error && /^(TRYAGAIN|CROSSSLOT)\b/.test(error.message);
}

/** Slow, and right: too many scopes had to be remembered to know which. */
async function removeEveryTag(send: Send, tagPrefix: string): Promise<void> {
  const scan = (cursor: string): Promise<[string, string[]]> =>
    send((redis: Redis) => redis.scan(cursor, 'MATCH', `${tagPrefix}*`, 'COUNT', 500));
  let cursor = '0';
  do {
    const [next, found] = await scan(cursor);
    await Promise.all(found.map((key) => send((redis) => redis.unlink(key))));
    cursor = next;
  } while (cursor !== '0');
}
