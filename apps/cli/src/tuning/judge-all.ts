import type { CacheTuning } from '@bookedbarber/contract';
import { addedBytes, judgeTimes, type Verdict } from './judge-times.ts';

/** Redis is not filled further than this by longer times: a tenth of its memory below where alerts begin. */
const fillTo = 0.7;

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
