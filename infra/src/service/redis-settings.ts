import type { ReplicationGroup } from '../cache/replication-group.ts';
import type { CacheStack } from '../cache-stack.ts';
import { speaksCluster } from '../elasticache.ts';

/** How processes reach the groups: the variables that say so. What is secret is named, or signed by the role (IAM). */
export function redisSettings({ groups }: CacheStack, iamUser: string | null): Record<string, string> {
  const [cache, jobs] = groups;
  if (cache === undefined) throw new Error('a deployment has a group for its cache');
  return {
    ...ofGroup('REDIS', cache, iamUser),
    // In the mode `compatible` processes move to the protocol of clusters: the endpoint answers to both.
    ...(speaksCluster(cache.plan) ? { REDIS_CLUSTER: 'true' } : {}),
    ...(jobs === undefined ? {} : ofGroup('REDIS_JOBS', jobs, iamUser)),
  };
}

function ofGroup(
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
