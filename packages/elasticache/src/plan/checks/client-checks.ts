import { connectionsPerNode } from '../../facts/limits.ts';
import { measured } from '../../sizing/measured.ts';
import type { Check, Plan } from '../plan.ts';

/** Connections that one process of a role holds: in cluster mode to every primary. */
export function connectionsOfProcess(
  plan: Pick<Plan, 'clusterMode' | 'shards'>,
  role: 'api' | 'worker',
): number {
  const { apiConnections, workerConnections } = measured.constants;
  return (role === 'api' ? apiConnections : workerConnections) * (plan.clusterMode ? plan.shards : 1);
}

/** All connections that the plan's processes hold to a single node, at the most. */
export function connectionsOfPlan({ clients }: Plan): number {
  const { apiConnections, workerConnections } = measured.constants;
  return clients.apiProcesses * apiConnections + clients.workerProcesses * workerConnections;
}

/** What the processes of the server need of the group, and what they may not do with it. */
export const clientChecks: Check = function* (plan) {
  const { clients } = plan;
  const roles = [
    ['api', clients.apiProcesses],
    ['worker', clients.workerProcesses],
  ] as const;
  for (const [role, processes] of roles) {
    const needed = connectionsOfProcess(plan, role);
    if (processes > 0 && needed > clients.connectionBudget)
      yield {
        code: 'connection_budget',
        path: 'clients.connectionBudget',
        message: `One ${role} process holds ${needed} connections; REDIS_MAX_CONNECTIONS allows it ${clients.connectionBudget}.`,
        remediation: `Set REDIS_MAX_CONNECTIONS to ${needed} or more, and connectionBudget here.`,
      };
  }
  const all = connectionsOfPlan(plan);
  if (all > connectionsPerNode.value)
    yield {
      code: 'connections_of_node',
      path: 'clients.apiProcesses',
      message: `All processes together hold ${all} connections; a node takes ${connectionsPerNode.value}.`,
      remediation: 'Run fewer, larger processes.',
    };
  if (plan.clusterMode && clients.database !== 0)
    yield {
      code: 'cluster_mode_database',
      path: 'clients.database',
      message: `Cluster mode has database 0 alone, and REDIS_URL names ${clients.database}.`,
      remediation: 'Use database 0. Installations that share a server are told apart by REDIS_KEY_PREFIX.',
    };
};
