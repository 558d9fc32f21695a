import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { CheckContext } from '../check-context.ts';

/** Whether what the server does when it is full suits what it is for. */
export function checkEviction({ info, target }: CheckContext): CheckValue<true> {
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  const findings: Finding[] = [];
  if (target.uses.includes('jobs') && policy.startsWith('allkeys-')) findings.push(againstJobs(policy));
  else if (target.uses.includes('limits') && policy.startsWith('allkeys-'))
    findings.push(againstLimits(policy));
  return { detail: policy, value: true, findings };
}

function againstJobs(policy: string): Finding {
  return {
    code: 'eviction_against_jobs',
    severity: 'error',
    message: `The policy ${policy} lets a full server remove jobs.`,
    cause: 'It may remove any key, and a queue whose keys are half gone runs its jobs blank or not at all.',
    remediation:
      'Set maxmemory-policy in a parameter group of your own: noeviction, or volatile-lru with room to spare where cache and jobs share a server; or give jobs a server of their own with REDIS_JOBS_URL.',
  };
}

function againstLimits(policy: string): Finding {
  return {
    code: 'eviction_against_limits',
    severity: 'warning',
    message: `The policy ${policy} lets a full server forget who has used up a limit.`,
    cause: 'It may remove any key, those of the limits too.',
    remediation:
      'Set maxmemory-policy to volatile-lru or noeviction in a parameter group of your own, and keep room to spare.',
  };
}
