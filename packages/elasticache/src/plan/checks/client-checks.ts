import { connectionsPerNode } from '../../facts/limits.ts';
import { measured } from '../../sizing/measured.ts';
import type { Check, Plan } from '../plan.ts';

/** Connections that one process opens: in cluster mode it connects to every primary. */
export function connectionsOfProcess(
  plan: Pick<Plan, 'clusterMode' | 'shards'>,
  role: 'api' | 'worker',
): number {
  const { apiConnections, workerConnections } = measured.constants;
  return (role === 'api' ? apiConnections : workerConnections) * (plan.clusterMode ? plan.shards : 1);
}

/** Maximum number of connections that the plan's processes open to one node. */
export function connectionsOfPlan({ clients }: Plan): number {
  const { apiConnections, workerConnections } = measured.constants;
  return clients.apiProcesses * apiConnections + clients.workerProcesses * workerConnections;
}

/** Checks connection budgets, the connection limit of a node and the database number. */
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
        message: `One ${role} process opens ${needed} connections; REDIS_MAX_CONNECTIONS allows ${clients.connectionBudget}.`,
        remediation: `Set REDIS_MAX_CONNECTIONS and connectionBudget in the plan to ${needed} or more.`,
      };
  }
  const all = connectionsOfPlan(plan);
  if (all > connectionsPerNode.value)
    yield {
      code: 'connections_of_node',
      path: 'clients.apiProcesses',
      message: `All processes together open ${all} connections; a node accepts ${connectionsPerNode.value}.`,
      remediation: 'Run fewer, larger processes.',
    };
  if (plan.clusterMode && clients.database !== 0)
    yield {
      code: 'cluster_mode_database',
      path: 'clients.database',
      message: `Cluster mode supports only database 0, but REDIS_URL selects database ${clients.database}.`,
      remediation: 'Use database 0. To share a server between installations, set REDIS_KEY_PREFIX.',
    };
};
