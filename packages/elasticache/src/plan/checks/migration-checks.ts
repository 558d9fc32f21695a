import type { Check } from '../plan.ts';

/** What has to be so of a group that goes, or has gone, from cluster mode disabled to enabled. */
export const migrationChecks: Check = function* (plan) {
  const { clusterMode, clusterModeMigration: migration } = plan;
  if (migration === undefined) return;
  if (clusterMode !== (migration === 'enabled'))
    yield {
      code: 'migration_contradiction',
      path: 'clusterModeMigration',
      message: `Cluster mode is ${clusterMode ? 'on' : 'off'}, and the way to it has come to ${migration}.`,
      remediation: 'Let `bookedbarber scale --cluster-mode` write both.',
    };
  if (plan.replicasPerShard === 0 || !plan.automaticFailover)
    yield {
      code: 'migration_without_failover',
      path: 'replicasPerShard',
      message: 'A group changes to cluster mode only with a replica and automatic failover.',
      remediation: 'Go back to cluster mode off, and add a replica first: `bookedbarber scale --replicas 1`.',
    };
  if (plan.clients.database !== 0)
    yield {
      code: 'migration_database',
      path: 'clients.database',
      message: `A group changes to cluster mode only with all keys in database 0, and REDIS_URL names ${plan.clients.database}.`,
      remediation: 'Use database 0. Installations that share a server are told apart by REDIS_KEY_PREFIX.',
    };
};
