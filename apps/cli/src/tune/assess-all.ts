import type { CacheTuning } from '@bookedbarber/contract';
import { shippedThresholds } from '@bookedbarber/elasticache';
import { addedBytes, judgeTimes, type Verdict } from './assess-ttls.ts';

/** Share of its memory that longer times may fill Redis to: a tenth below where alerts begin. */
export const fillTo = (shippedThresholds.memoryTicketPercent - 10) / 100;

/** Policies one after the other: what one takes of the memory is no longer there for the next. */
export function judgeAll(tuning: CacheTuning): Verdict[] {
  const { used_memory_bytes: used, max_memory_bytes: most } = tuning;
  let spareBytes = used === null || most === null || most === 0 ? null : Math.max(0, fillTo * most - used);
  return tuning.policies.map((policy) => {
    const verdict = judgeTimes(policy, spareBytes);
    if (spareBytes !== null && verdict.choice !== null) spareBytes -= addedBytes(verdict.now, verdict.choice);
    return verdict;
  });
}
