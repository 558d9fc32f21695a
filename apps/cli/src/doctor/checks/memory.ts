import { infoNumber } from '@bookedbarber/redis-tier/connection';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { percent } from '../../shared/terminal/words.ts';
import type { CheckContext } from '../check-context.ts';
import { thresholds } from './thresholds.ts';

/** How full the server is. ElastiCache says maxmemory in INFO. */
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

/** A server that may remove any key is full as a matter of course. */
function isEvicting(info: ReadonlyMap<string, string>): boolean {
  return info.get('maxmemory_policy')?.startsWith('allkeys-') ?? false;
}

/** Also what a write that is answered with OOM means. */
export const memoryFull: Finding = {
  code: 'memory_full',
  severity: 'error',
  message: 'The memory is full: the server refuses writes.',
  cause: 'What is kept has grown beyond maxmemory, and the policy lets nothing (or nothing more) be removed.',
  remediation:
    'Review the TTLs (CACHE_TTL_*), or scale up (bookedbarber advise says to what). DatabaseMemoryUsagePercentage shows it in CloudWatch.',
};

function nearlyFull(used: number, most: number): Finding {
  return {
    code: 'memory_nearly_full',
    severity: 'warning',
    message: `${percent(used, most)} of the memory is used.`,
    cause: 'What is kept grows towards maxmemory.',
    remediation: 'Review the TTLs (CACHE_TTL_*), or scale up: bookedbarber advise says to what.',
  };
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
