/** Combines results that came from the local tier: whether all of them would still be returned. */
import type { Clock } from '../../core/index.ts';
import type { CacheResult } from '../cache-result.ts';
import { refreshAheadHorizon, refreshesAhead } from '../local/local-lookup.ts';
import type { LocalEntry, LocalTier } from '../local/local-tier.ts';
import type { TagCounters } from '../local/tag-counters.ts';
import { type Moment, momentOf } from '../primary/moment.ts';
import type { Shard } from '../primary/shard.ts';
import type { PolicyCounts } from '../stats/statistics.ts';

/** The validity of a value that was derived from several results. */
export type CombinedResult = {
  /**
   * Whether every result would be returned again from the local tier now; each then counts as a hit. Once false, it
   * can be true again only if nothing has changed.
   *
   * Also false for the one caller that is elected to refresh a result ahead of its end: that caller reads the results
   * again, which loads the one that expires soon, while all other callers still reuse theirs.
   */
  reuse(): boolean;
};

/** The validity of the results of one primary. For a tag that several results name, the lowest change count decides. */
type Part = { shard: Shard; epoch: number; expiresAtMs: number; changeCounts: Map<number, number> };

type Source = { shard: Shard; entry: LocalEntry };

type Tables = { local: LocalTier; counters: TagCounters; clock: Clock };

/** Null when one of the results did not come from the local tier, or is no longer fresh. */
export function combineResults(
  results: readonly CacheResult<unknown>[],
  { local, counters, clock }: Tables,
): CombinedResult | null {
  const parts = new Map<Shard, Part>();
  const hits = new Map<PolicyCounts, number>();
  const sources: Source[] = [];
  for (const { shard, entry } of results) {
    if (entry === undefined || !local.isFresh(entry, shard, shard.now())) return null;
    const { tagBuckets, snapshot, expiresAtMs, counts } = entry;
    sources.push({ shard, entry });
    const part = parts.get(shard) ?? { shard, epoch: snapshot.epoch, expiresAtMs, changeCounts: new Map() };
    parts.set(shard, part);
    part.expiresAtMs = Math.min(part.expiresAtMs, expiresAtMs);
    for (const bucket of tagBuckets)
      part.changeCounts.set(
        bucket,
        Math.min(snapshot.changeCount, part.changeCounts.get(bucket) ?? snapshot.changeCount),
      );
    hits.set(counts, (hits.get(counts) ?? 0) + 1);
  }
  const checks = [...parts.values()].map(({ shard, epoch, expiresAtMs, changeCounts }) => {
    const tagBuckets = Uint16Array.from(changeCounts.keys());
    const counts = Float64Array.from(changeCounts.values());
    let unchangedAt = -1;
    const isUnchanged = (): boolean => {
      if (counters.changeCount === unchangedAt) return true;
      if (!counters.areUnchanged(tagBuckets, counts)) return false;
      unchangedAt = counters.changeCount;
      return true;
    };
    return (now: Moment): boolean =>
      shard.redisMsAt(now) < expiresAtMs && shard.epoch === epoch && isUnchanged() && shard.isTrackingAt(now);
  });
  const counted = [...hits];
  const elects = electionOf(sources);
  return {
    reuse() {
      const now = momentOf(clock);
      for (const isFresh of checks) if (!isFresh(now)) return false;
      if (elects(now)) return false;
      for (const [counts, times] of counted) counts.count('local', times, now.wallMs);
      return true;
    },
  };
}

/** Whether this caller is elected to refresh a result that expires soon. Each result elects one caller. */
function electionOf(sources: readonly Source[]): (now: Moment) => boolean {
  const leftMs = sources.map(
    ({ shard, entry }) => entry.expiresAtMs - refreshAheadHorizon * entry.loadMs - shard.redisNowMs,
  );
  const nearest = sources[leftMs.indexOf(Math.min(...leftMs))];
  if (nearest === undefined) return () => false;
  const { shard, entry } = nearest;
  const beginsMs = entry.expiresAtMs - refreshAheadHorizon * entry.loadMs;
  return (now) => shard.redisMsAt(now) >= beginsMs && sources.filter(isElected).length > 0;
}

function isElected({ shard, entry }: Source): boolean {
  const { isDue, policy, expiresAtMs, loadMs } = entry;
  if (isDue === true || !refreshesAhead(policy, shard.redisNowMs, expiresAtMs, loadMs, Math.random()))
    return false;
  entry.isDue = true;
  return true;
}
