import { infoNumber } from '@bookedbarber/redis-tier/connection';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { count, percent } from '../../shared/terminal/words.ts';
import type { CheckContext } from '../check-context.ts';
import { thresholds } from './thresholds.ts';

/** Compares open connections with maxclients. An ElastiCache node allows 65,000. */
export function checkConnections({ info }: CheckContext): CheckValue<true> {
  const open = infoNumber(info, 'connected_clients') ?? 0;
  const most = infoNumber(info, 'maxclients');
  if (most === null) return { detail: `${count(open)} open, maxclients unknown`, value: true };
  const detail = `${count(open)} of ${count(most)} open`;
  if (open <= most * thresholds.connectionsShare) return { detail, value: true };
  return { detail, value: true, findings: [nearlyUsedUp(open, most)] };
}

function nearlyUsedUp(open: number, most: number): Finding {
  return {
    code: 'connections_nearly_used_up',
    severity: 'error',
    message: `${percent(open, most)} of the connections that the server allows are open.`,
    cause: 'Connections leak, or there are more processes or larger pools than planned.',
    remediation:
      'First look for a leak (CLIENT LIST, by name). Then check REDIS_MAX_CONNECTIONS times the number of processes. Then consider a larger node. Cluster mode does not help: clients connect to every node.',
  };
}
