import { parseInfo } from '@bookedbarber/redis-tier/connection';
import type { CheckValue } from '../../../shared/checks/check-log.ts';
import type { Finding } from '../../../shared/checks/finding.ts';
import type { CheckContext } from '../../check-context.ts';
import { openNode } from './cluster.ts';
import { isReplicaRole, readInfo, replicaEndpoint } from './role.ts';

/**
 * Opens another connection to the endpoint and compares its server with that of the first connection, by `run_id`. They
 * differ during a failover, and behind a proxy that distributes connections among servers.
 */
export async function checkEndpoint(context: CheckContext): Promise<CheckValue<true>> {
  const { target, options, info, inCluster, isReplica } = context;
  if (inCluster)
    return { detail: 'not compared: clients of a cluster connect to its nodes', value: true, skipped: true };
  const fresh = await openNode(context, target.server);
  try {
    const behind = parseInfo(await readInfo(fresh, options.timeoutMs));
    const [first, second] = [info.get('run_id'), behind.get('run_id')];
    if (isReplicaRole(behind) && !isReplica)
      return { detail: '', value: true, findings: [replicaEndpoint(target.server.host)] };
    if (first === undefined || second === undefined)
      return { detail: 'not compared: the server reports no run_id', value: true, skipped: true };
    if (first !== second) return { detail: '', value: true, findings: [serverChanged] };
    return { detail: 'a new connection leads to the same server', value: true };
  } finally {
    fresh.close();
  }
}

const serverChanged: Finding = {
  code: 'endpoint_changes_servers',
  severity: 'error',
  message: 'A new connection to the endpoint leads to another server than the first one of this check.',
  cause:
    'A failover is in progress, the server restarted, or a proxy distributes connections among several servers. Processes with open connections may still use the old server.',
  remediation:
    'Repeat the check in a minute. If the servers still differ, make the endpoint lead only to the primary. bookedbarber verify shows whether a running server has followed.',
};
