import { infoNumber } from '@bookedbarber/redis-tier/connection';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { percent } from '../../shared/terminal/words.ts';
import type { CheckContext } from '../check-context.ts';
import { thresholds } from './thresholds.ts';

/** Compares used memory with maxmemory, which ElastiCache reports in INFO. */
export function checkMemory({ info }: CheckContext): CheckValue<true> {
  const used = infoNumber(info, 'used_memory') ?? 0;
  const most = infoNumber(info, 'maxmemory') ?? 0;
  if (most === 0) return { detail: `${mebibytes(used)} used, no maxmemory set`, value: true };
  const detail = `${mebibytes(used)} of ${mebibytes(most)} used (${percent(used, most)})`;
  const share = used / most;
  if (share >= 1 && !isEvicting(info)) return { detail, value: true, findings: [memoryFull] };
  if (share > thresholds.memoryShare) return { detail, value: true, findings: [nearlyFull(used, most)] };
  return { detail, value: true };
}

/** A server that may evict any key runs full in normal operation. */
function isEvicting(info: ReadonlyMap<string, string>): boolean {
  return info.get('maxmemory_policy')?.startsWith('allkeys-') ?? false;
}

/** Also the finding for a write rejected with OOM. */
export const memoryFull: Finding = {
  code: 'memory_full',
  severity: 'error',
  message: 'The memory is full: the server rejects writes.',
  cause:
    'The data exceeds maxmemory, and the eviction policy allows no key, or no further key, to be evicted.',
  remediation:
    'Shorten the TTLs (CACHE_TTL_*), or scale up; bookedbarber advise shows the next node type. The CloudWatch metric is DatabaseMemoryUsagePercentage.',
};

function nearlyFull(used: number, most: number): Finding {
  return {
    code: 'memory_nearly_full',
    severity: 'warning',
    message: `${percent(used, most)} of the memory is used.`,
    cause: 'The data approaches maxmemory.',
    remediation: 'Shorten the TTLs (CACHE_TTL_*), or scale up; bookedbarber advise shows the next node type.',
  };
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
