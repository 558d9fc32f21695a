import type { Check } from '../plan.ts';

/** Checks a group that migrates, or has migrated, from cluster mode disabled to enabled. */
export const migrationChecks: Check = function* (plan) {
  const { clusterMode, clusterModeMigration: migration } = plan;
  if (migration === undefined) return;
  if (clusterMode !== (migration === 'enabled'))
    yield {
      code: 'migration_contradiction',
      path: 'clusterModeMigration',
      message: `clusterMode is ${clusterMode}, but clusterModeMigration is ${migration}.`,
      remediation: 'Set both with `bookedbarber scale --cluster-mode`.',
    };
  if (plan.replicasPerShard === 0 || !plan.automaticFailover)
    yield {
      code: 'migration_without_failover',
      path: 'replicasPerShard',
      message: 'A migration to cluster mode requires a replica and automatic failover.',
      remediation: 'Set clusterMode to false and add a replica first: `bookedbarber scale --replicas 1`.',
    };
  if (plan.clients.database !== 0)
    yield {
      code: 'migration_database',
      path: 'clients.database',
      message: `A migration to cluster mode requires all keys in database 0, but REDIS_URL selects database ${plan.clients.database}.`,
      remediation: 'Use database 0. To share a server between installations, set REDIS_KEY_PREFIX.',
    };
};
