import type { ReplicationGroup } from '../cache/replication-group.ts';
import type { CacheStack } from '../cache-stack.ts';
import { speaksCluster } from '../elasticache.ts';

/** The environment variables for the connections to the groups. They contain no secret: only ARNs and IAM users. */
export function redisSettings({ groups }: CacheStack, iamUser: string | null): Record<string, string> {
  const [cache, jobs] = groups;
  if (cache === undefined) throw new Error('the deployment has no group for the cache');
  return {
    ...settingsOf('REDIS', cache, iamUser),
    // In `compatible` mode the endpoint accepts both protocols, so processes switch to the cluster protocol.
    ...(speaksCluster(cache.plan) ? { REDIS_CLUSTER: 'true' } : {}),
    ...(jobs === undefined ? {} : settingsOf('REDIS_JOBS', jobs, iamUser)),
  };
}

function settingsOf(
  variables: 'REDIS' | 'REDIS_JOBS',
  { plan, endpoint, secret }: ReplicationGroup,
  iamUser: string | null,
): Record<string, string> {
  const scheme = plan.security.encryptionInTransit ? 'rediss' : 'redis';
  const database = plan.clients.database === 0 ? '' : `/${plan.clients.database}`;
  return {
    [`${variables}_URL`]: `${scheme}://${endpoint}${database}`,
    ...(secret === null ? {} : { [`${variables}_PASSWORD_SECRET`]: secret.secretArn }),
    ...(iamUser === null || plan.security.userGroups.length === 0
      ? {}
      : { [`${variables}_IAM_USER`]: iamUser, [`${variables}_IAM_CACHE`]: plan.name }),
  };
}
