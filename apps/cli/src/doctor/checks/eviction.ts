import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { CheckContext } from '../check-context.ts';

/** Checks that the eviction policy suits the uses of the server. */
export function checkEviction({ info, target }: CheckContext): CheckValue<true> {
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  const findings: Finding[] = [];
  if (target.uses.includes('jobs') && policy.startsWith('allkeys-')) findings.push(jobsAtRisk(policy));
  else if (target.uses.includes('limits') && policy.startsWith('allkeys-'))
    findings.push(limitsAtRisk(policy));
  return { detail: policy, value: true, findings };
}

function jobsAtRisk(policy: string): Finding {
  return {
    code: 'eviction_against_jobs',
    severity: 'error',
    message: `The policy ${policy} lets a full server evict jobs.`,
    cause: 'The policy may evict any key. A queue with missing keys runs jobs without data, or not at all.',
    remediation:
      'Set maxmemory-policy in a custom parameter group: noeviction, or volatile-lru with spare memory if cache and jobs share a server. Or give jobs a separate server with REDIS_JOBS_URL.',
  };
}

function limitsAtRisk(policy: string): Finding {
  return {
    code: 'eviction_against_limits',
    severity: 'warning',
    message: `The policy ${policy} lets a full server evict the counters of rate limits.`,
    cause: 'The policy may evict any key, including those of the limits.',
    remediation:
      'Set maxmemory-policy to volatile-lru or noeviction in a custom parameter group, and keep spare memory.',
  };
}
