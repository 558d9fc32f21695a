import { infoNumber } from '@bookedbarber/redis-tier/connection';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { count, percent } from '../../shared/terminal/words.ts';
import type { CheckContext } from '../check-context.ts';
import { thresholds } from './thresholds.ts';

/** How many of its connections the server has given away. An ElastiCache node takes 65,000. */
export function checkConnections({ info }: CheckContext): CheckValue<true> {
  const open = infoNumber(info, 'connected_clients') ?? 0;
  const most = infoNumber(info, 'maxclients');
  if (most === null)
    return { detail: `${count(open)} open, the server does not say of how many`, value: true };
  const detail = `${count(open)} of ${count(most)} open`;
  if (open <= most * thresholds.connectionsShare) return { detail, value: true };
  return { detail, value: true, findings: [nearlyUsedUp(open, most)] };
}

function nearlyUsedUp(open: number, most: number): Finding {
  return {
    code: 'connections_nearly_used_up',
    severity: 'error',
    message: `${percent(open, most)} of the connections that the server takes are open.`,
    cause: 'Connections leak, or there are more processes, or larger pools, than it was made for.',
    remediation:
      'Look for a leak first (CLIENT LIST by name), then at REDIS_MAX_CONNECTIONS times the processes, then at the node. Cluster mode does not help: clients connect to every node.',
  };
}
