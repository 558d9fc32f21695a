/**
 * Invalidations of this process, from the call to well after the primary's acknowledgement.
 *
 * An invalidation removes the tags: that works on a full server too, and a missing tag is a miss. One that the primary did
 * not acknowledge is kept and applied before anything else is read from it; until then it protects this process alone.
 * Those of the last two minutes are applied again when the primary's lineage changes, or when a scope comes to another
 * primary: the one that acknowledged them may have been superseded already.
 */

import type { OnCacheEvent } from '../events.ts';
import { checkNamespace, type EntryKeys, type KeySpace } from '../keys.ts';
import type { Shard } from '../primary/shard.ts';
import { PendingTags } from './namespace-tags.ts';
import { RecentInvalidations } from './recently-applied.ts';
import { removeEveryTag, removeTags } from './unlink-tags.ts';

export type InvalidationsOptions = {
  readonly keys: KeySpace;
  readonly shardOf: (namespace: string) => Shard;
  readonly onEvent: OnCacheEvent;
  /** Runs with the tags' names in Redis at the call and again at the acknowledgement. */
  readonly onInvalidate: (namespace: string, tagKeys: readonly string[]) => void;
};

/** Most commands under way at once while kept invalidations are applied. */
const atOnce = 200;

export class Invalidations {
  readonly #options: InvalidationsOptions;
  readonly #pending = new PendingTags();
  readonly #applied = new RecentInvalidations();
  /** What was kept and is being applied. */
  readonly #applying = new Set<PendingTags>();
  /** Under way, by the tag's name in Redis. */
  readonly #underWay = new Map<string, number>();
  /** How often there were too many to be kept: every tag of every primary must go then. Those that it has gone from. */
  #floods = 0;
  readonly #drained = new WeakMap<Shard, number>();
  readonly #turns = new WeakMap<Shard, Promise<void>>();

  constructor(options: InvalidationsOptions) {
    this.#options = options;
  }

  /** How many scopes have something that waits. */
  get pendingNamespaces(): number {
    return this.#pending.namespaces;
  }

  /** Whether something waits for this primary. */
  hasPending(shard: Shard): boolean {
    return this.#pending.namespaces > 0 || this.#isFlooded(shard);
  }

  /**
   * Whether an entry must not be taken from the cache by this process, because an invalidation of its own
   * has not been acknowledged yet.
   */
  isPending(shard: Shard, names: EntryKeys): boolean {
    const isQuiet = this.#underWay.size === 0 && this.#pending.namespaces === 0 && this.#applying.size === 0;
    return this.#isFlooded(shard) || (!isQuiet && this.#covers(names.namespace, names.tagKeys));
  }

  #covers(namespace: string, tagKeys: readonly string[]): boolean {
    if (this.#underWay.size > 0 && tagKeys.some((key) => this.#underWay.has(key))) return true;
    if (this.#pending.namespaces > 0 && this.#pending.covers(namespace, tagKeys)) return true;
    for (const tags of this.#applying) if (tags.covers(namespace, tagKeys)) return true;
    return false;
  }

  /**
   * Removes the tags; no tags stand for the scope's own. Resolves at the primary's acknowledgement, or as soon as it is
   * known that there is none: then `applied` is false and the invalidation is kept.
   *
   * @throws InvalidCacheUseError for a scope or tag out of range
   */
  async invalidate(namespace: string, tags: readonly string[]): Promise<{ applied: boolean }> {
    const { keys, shardOf, onInvalidate, onEvent } = this.#options;
    const tagKeys = this.#tagKeys(namespace, tags);
    onInvalidate(namespace, tagKeys);
    const shard = shardOf(namespace);
    let reason = 'Redis is not used at the moment';
    if (shard.replicationId !== null) {
      this.#begin(tagKeys);
      try {
        await removeTags(shard, keys.invalidationChannel, tagKeys);
        this.#acknowledged(namespace, tagKeys);
        return { applied: true };
      } catch (error) {
        reason = error instanceof Error ? error.message : 'unknown';
      } finally {
        this.#end(tagKeys);
      }
    }
    if (!this.#pending.add(namespace, this.#orAll(namespace, tagKeys))) this.#floods += 1;
    onEvent({ type: 'invalidation-pending', namespace, reason });
    return { applied: false };
  }

  /** For a cache without Redis: what this process loads is told apart, nothing else has to be done. */
  invalidateHere(namespace: string, tags: readonly string[]): void {
    this.#options.onInvalidate(namespace, this.#tagKeys(namespace, tags));
  }

  /**
   * Applies what is kept for this primary, and `again` also what was applied of late. Rejects when that did not work; it
   * is still kept then.
   */
  apply(shard: Shard, again: boolean): Promise<void> {
    const before = this.#turns.get(shard) ?? Promise.resolve();
    const applied = before.then(() => this.#applyPending(shard, again));
    const settled = applied.catch(() => {});
    this.#turns.set(shard, settled);
    return applied;
  }

  async #applyPending(shard: Shard, again: boolean): Promise<void> {
    const { keys, shardOf, onEvent } = this.#options;
    const isOfShard = (namespace: string): boolean => shardOf(namespace) === shard;
    if (again) {
      if (this.#applied.tooMany) this.#floods += 1;
      for (const [namespace, tags] of [...this.#applied])
        if (isOfShard(namespace) && !this.#pending.add(namespace, tags)) this.#floods += 1;
    }
    let namespaces = 0;
    while (this.#isFlooded(shard) || [...this.#pending].some(([namespace]) => isOfShard(namespace))) {
      const floods = this.#floods;
      if (this.#isFlooded(shard)) await removeEveryTag(shard.send, keys.invalidationChannel, keys.tagPrefix);
      this.#drained.set(shard, floods);
      namespaces += await this.#removeSome(shard, this.#pending.take(isOfShard));
    }
    if (namespaces > 0) onEvent({ type: 'invalidations-applied', namespaces });
  }

  /** Until they are acknowledged, this process must still not read what they cover. */
  async #removeSome(shard: Shard, taken: [string, readonly string[] | 'all'][]): Promise<number> {
    const { keys } = this.#options;
    const applying = new PendingTags();
    for (const [namespace, tags] of taken) applying.add(namespace, tags);
    this.#applying.add(applying);
    try {
      const removals = taken.map(([namespace, tags]): [string, readonly string[]] => [
        namespace,
        tags === 'all' ? [keys.namespaceTag(namespace)] : tags,
      ]);
      for (let first = 0; first < removals.length; first += atOnce) {
        const some = removals.slice(first, first + atOnce);
        await Promise.all(some.map(([, tagKeys]) => removeTags(shard, keys.invalidationChannel, tagKeys)));
      }
      for (const [namespace, tagKeys] of removals) this.#acknowledged(namespace, tagKeys);
    } catch (error) {
      for (const [namespace, tags] of taken) if (!this.#pending.add(namespace, tags)) this.#floods += 1;
      throw error;
    } finally {
      this.#applying.delete(applying);
    }
    return taken.length;
  }

  #tagKeys(namespace: string, tags: readonly string[]): readonly string[] {
    const { keys } = this.#options;
    checkNamespace(namespace);
    return tags.length === 0 ? [keys.namespaceTag(namespace)] : tags.map((tag) => keys.tag(namespace, tag));
  }

  #acknowledged(namespace: string, tagKeys: readonly string[]): void {
    this.#applied.add(namespace, this.#orAll(namespace, tagKeys));
    this.#options.onInvalidate(namespace, tagKeys);
  }

  #orAll(namespace: string, tagKeys: readonly string[]): readonly string[] | 'all' {
    return tagKeys.includes(this.#options.keys.namespaceTag(namespace)) ? 'all' : tagKeys;
  }

  #isFlooded(shard: Shard): boolean {
    return this.#floods > (this.#drained.get(shard) ?? 0);
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
