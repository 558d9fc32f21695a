import type { CacheTuning } from '@bookedbarber/contract';
import { defaultThresholds } from '@bookedbarber/elasticache';
import { addedBytes, recommendTtl, type TtlRecommendation } from './assess-ttls.ts';

/** Share of its memory that longer times may fill Redis to: a tenth below where alerts begin. */
export const targetMemoryShare = (defaultThresholds.memoryTicketPercent - 10) / 100;

/** Policies one after the other: what one takes of the memory is no longer there for the next. */
export function recommendTtls(tuning: CacheTuning): TtlRecommendation[] {
  const { used_memory_bytes: used, max_memory_bytes: most } = tuning;
  let availableBytes =
    used === null || most === null || most === 0 ? null : Math.max(0, targetMemoryShare * most - used);
  return tuning.policies.map((policy) => {
    const recommendation = recommendTtl(policy, availableBytes);
    if (availableBytes !== null && recommendation.recommended !== null)
      availableBytes -= addedBytes(recommendation.now, recommendation.recommended);
    return recommendation;
  });
}
