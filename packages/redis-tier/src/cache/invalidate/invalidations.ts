/**
 * The invalidations of this process, from the call until two minutes after the primary's acknowledgement.
 *
 * An invalidation removes tags: a missing tag is a miss, and removal works on a full server too. An invalidation that
 * the primary did not acknowledge is pending. It is applied before anything else is read from the primary; until then
 * it protects only this process. Invalidations of the last two minutes are applied again when the primary's
 * replication id changes or a namespace moves to another primary: the primary that acknowledged them may already have
 * been superseded.
 */

import type { OnCacheEvent } from '../events.ts';
import { checkNamespace, checkTags, type EntryKeys, type KeySpace } from '../keys.ts';
import type { Shard } from '../primary/shard.ts';
import { PendingTags } from './namespace-tags.ts';
import { RecentInvalidations } from './recently-applied.ts';

export type InvalidationsOptions = {
  readonly keys: KeySpace;
  readonly shardOf: (namespace: string) => Shard;
  readonly onEvent: OnCacheEvent;
  /** Called with the tag keys at the call and again at the acknowledgement. */
  readonly onInvalidate: (namespace: string, tagKeys: readonly string[]) => void;
};

/** Maximum concurrent commands while pending invalidations are applied. */
const maxConcurrent = 200;

export class Invalidations {
  readonly #options: InvalidationsOptions;
  readonly #pending = new PendingTags();
  readonly #applied = new RecentInvalidations();
  /** Pending invalidations that are being applied. */
  readonly #applying = new Set<PendingTags>();
  /** Number of invalidations in progress, by tag key. */
  readonly #underWay = new Map<string, number>();
  /** How often there were too many to store: then every tag of every primary must be removed. */
  #overflows = 0;
  /** The overflow count up to which a primary's tags have been removed. */
  readonly #clearedOverflows = new WeakMap<Shard, number>();
  readonly #lastApply = new WeakMap<Shard, Promise<void>>();

  constructor(options: InvalidationsOptions) {
    this.#options = options;
  }

  /** Number of namespaces with pending invalidations. */
  get pendingNamespaces(): number {
    return this.#pending.namespaces;
  }

  /** Whether invalidations are pending for this primary. */
  hasPending(shard: Shard): boolean {
    return this.#pending.namespaces > 0 || this.#hasOverflow(shard);
  }

  /**
   * Whether this process must not read the entry from the cache, because one of its own invalidations is not
   * acknowledged yet.
   */
  isPending(shard: Shard, names: EntryKeys): boolean {
    const isIdle = this.#underWay.size === 0 && this.#pending.namespaces === 0 && this.#applying.size === 0;
    return this.#hasOverflow(shard) || (!isIdle && this.#covers(names.namespace, names.tagKeys));
  }

  #covers(namespace: string, tagKeys: readonly string[]): boolean {
    if (this.#underWay.size > 0 && tagKeys.some((key) => this.#underWay.has(key))) return true;
    if (this.#pending.namespaces > 0 && this.#pending.covers(namespace, tagKeys)) return true;
    for (const tags of this.#applying) if (tags.covers(namespace, tagKeys)) return true;
    return false;
  }

  /**
   * Removes the tags; without tags, the namespace's tag. Resolves at the primary's acknowledgement, or with
   * `applied: false` when the primary does not acknowledge: the invalidation is then pending.
   *
   * @throws InvalidCacheUseError for a namespace or tag out of range
   */
  async invalidate(namespace: string, tags: readonly string[]): Promise<{ applied: boolean }> {
    const { shardOf, onInvalidate, onEvent } = this.#options;
    const tagKeys = this.#tagKeys(namespace, tags);
    onInvalidate(namespace, tagKeys);
    const shard = shardOf(namespace);
    let reason = 'Redis is not used at the moment';
    if (shard.replicationId !== null) {
      this.#begin(tagKeys);
      try {
        await shard.commands.removeTags(tagKeys);
        this.#acknowledged(namespace, tagKeys);
        return { applied: true };
      } catch (error) {
        reason = error instanceof Error ? error.message : 'unknown';
      } finally {
        this.#end(tagKeys);
      }
    }
    if (!this.#pending.add(namespace, this.#orAll(namespace, tagKeys))) this.#overflows += 1;
    onEvent({ type: 'invalidation-pending', namespace, reason });
    return { applied: false };
  }

  /** Applies to this process alone: its local tier, running loads and cached errors. */
  invalidateLocal(namespace: string, tags: readonly string[]): void {
    this.#options.onInvalidate(namespace, this.#tagKeys(namespace, tags));
  }

  /**
   * Applies the pending invalidations of this primary and, with `again`, the recently applied ones. Rejects when that
   * fails; the invalidations are then still pending.
   */
  apply(shard: Shard, again: boolean): Promise<void> {
    const before = this.#lastApply.get(shard) ?? Promise.resolve();
    const applied = before.then(() => this.#applyPending(shard, again));
    this.#lastApply.set(
      shard,
      applied.catch(() => {}),
    );
    return applied;
  }

  async #applyPending(shard: Shard, again: boolean): Promise<void> {
    const { shardOf, onEvent } = this.#options;
    const isOfShard = (namespace: string): boolean => shardOf(namespace) === shard;
    if (again) {
      if (this.#applied.tooMany) this.#overflows += 1;
      for (const [namespace, tags] of [...this.#applied])
        if (isOfShard(namespace) && !this.#pending.add(namespace, tags)) this.#overflows += 1;
    }
    let namespaces = 0;
    while (this.#hasOverflow(shard) || [...this.#pending].some(([namespace]) => isOfShard(namespace))) {
      const overflows = this.#overflows;
      if (this.#hasOverflow(shard)) await shard.commands.removeEveryTag();
      this.#clearedOverflows.set(shard, overflows);
      namespaces += await this.#removeSome(shard, this.#pending.take(isOfShard));
    }
    if (namespaces > 0) onEvent({ type: 'invalidations-applied', namespaces });
  }

  /** Until the removals are acknowledged, this process must not read the entries that they cover. */
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
      for (let first = 0; first < removals.length; first += maxConcurrent) {
        const batch = removals.slice(first, first + maxConcurrent);
        await Promise.all(batch.map(([, tagKeys]) => shard.commands.removeTags(tagKeys)));
      }
      for (const [namespace, tagKeys] of removals) this.#acknowledged(namespace, tagKeys);
    } catch (error) {
      for (const [namespace, tags] of taken) if (!this.#pending.add(namespace, tags)) this.#overflows += 1;
      throw error;
    } finally {
      this.#applying.delete(applying);
    }
    return taken.length;
  }

  #tagKeys(namespace: string, tags: readonly string[]): readonly string[] {
    const { keys } = this.#options;
    checkNamespace(namespace);
    checkTags(tags);
    return tags.length === 0 ? [keys.namespaceTag(namespace)] : tags.map((tag) => keys.tag(namespace, tag));
  }

  #acknowledged(namespace: string, tagKeys: readonly string[]): void {
    this.#applied.add(namespace, this.#orAll(namespace, tagKeys));
    this.#options.onInvalidate(namespace, tagKeys);
  }

  #orAll(namespace: string, tagKeys: readonly string[]): readonly string[] | 'all' {
    return tagKeys.includes(this.#options.keys.namespaceTag(namespace)) ? 'all' : tagKeys;
  }

  #hasOverflow(shard: Shard): boolean {
    return this.#overflows > (this.#clearedOverflows.get(shard) ?? 0);
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
