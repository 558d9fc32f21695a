/** Several answers that came from the memory of this process: whether all of them would be given again. */
import type { Clock } from '../../core/index.ts';
import type { CacheResult } from '../cache-result.ts';
import { refreshAheadHorizon, refreshesAhead } from '../local/local-lookup.ts';
import type { LocalEntry, LocalTier } from '../local/local-tier.ts';
import type { TagCounters } from '../local/tag-counters.ts';
import { type Moment, momentOf } from '../primary/moment.ts';
import type { Shard } from '../primary/shard.ts';
import type { PolicyCounts } from '../stats/statistics.ts';

/** For what is made of several answers and kept beside them. */
export type CombinedResult = {
  /**
   * Whether every answer would be given again now, without asking anybody: then each counts as a hit. Once false, it may be
   * true again only if nothing changed.
   *
   * False also for the one caller who is elected to read the answers again while all others still have them: one of them
   * ends soon, and that reading has it loaded again ahead of its end.
   */
  reuse(): boolean;
};

/** What is known of the answers of one primary. Of a tag that several name, the earliest count decides. */
type Part = { shard: Shard; epoch: number; expiresAtMs: number; changeCounts: Map<number, number> };

type Source = { shard: Shard; entry: LocalEntry };

type Tables = { local: LocalTier; counters: TagCounters; clock: Clock };

/** Null when one of them did not come from this process, or would not be given again now. */
export function combineResults(
  results: readonly CacheResult<unknown>[],
  { local, counters, clock }: Tables,
): CombinedResult | null {
  const parts = new Map<Shard, Part>();
  const hits = new Map<PolicyCounts, number>();
  const sources: Source[] = [];
  for (const { shard, entry } of results) {
    if (entry === undefined || !local.isFresh(entry, shard, shard.now())) return null;
    const { places, snapshot, expiresAtMs, counts } = entry;
    sources.push({ shard, entry });
    const part = parts.get(shard) ?? { shard, epoch: snapshot.epoch, expiresAtMs, changeCounts: new Map() };
    parts.set(shard, part);
    part.expiresAtMs = Math.min(part.expiresAtMs, expiresAtMs);
    for (const place of places)
      part.changeCounts.set(
        place,
        Math.min(snapshot.changeCount, part.changeCounts.get(place) ?? snapshot.changeCount),
      );
    hits.set(counts, (hits.get(counts) ?? 0) + 1);
  }
  const checks = [...parts.values()].map(({ shard, epoch, expiresAtMs, changeCounts }) => {
    const places = Uint16Array.from(changeCounts.keys());
    const changeCount = Float64Array.from(changeCounts.values());
    let unchangedAt = -1;
    const isUnchanged = (): boolean => {
      if (counters.changeCount === unchangedAt) return true;
      if (!counters.areUnchanged(places, changeCount)) return false;
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

/** Whether this caller is elected to have an answer loaded again that ends soon. Of each answer one is. */
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
