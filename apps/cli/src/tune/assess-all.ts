import type { CacheTuning } from '@bookedbarber/contract';
import { defaultThresholds } from '@bookedbarber/elasticache';
import { addedBytes, recommendTtl, type TtlRecommendation } from './assess-ttls.ts';

/** Maximum share of the Redis memory to use with longer TTLs: 10 percentage points below the alert threshold. */
export const targetMemoryShare = (defaultThresholds.memoryTicketPercent - 10) / 100;

/** Assesses policies in order. Memory that a recommendation uses is not available to the following policies. */
export function recommendTtls(tuning: CacheTuning): TtlRecommendation[] {
  const { used_memory_bytes: used, max_memory_bytes: max } = tuning;
  let availableBytes =
    used === null || max === null || max === 0 ? null : Math.max(0, targetMemoryShare * max - used);
  return tuning.policies.map((policy) => {
    const recommendation = recommendTtl(policy, availableBytes);
    if (availableBytes !== null && recommendation.recommended !== null)
      availableBytes -= addedBytes(recommendation.now, recommendation.recommended);
    return recommendation;
  });
}
