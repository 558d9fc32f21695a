import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { CacheStack } from '../cache-stack.ts';

/** How processes reach the groups: the variables that say so, and the secrets that they read. */
export function redisSettings({ groups }: CacheStack): {
  environment: Record<string, string>;
  secrets: ISecret[];
} {
  const [cache, jobs] = groups;
  if (cache === undefined) throw new Error('a deployment has a group for its cache');
  const scheme = cache.plan.security.encryptionInTransit ? 'rediss' : 'redis';
  return {
    environment: {
      REDIS_URL: `${scheme}://${cache.endpoint}`,
      ...(cache.plan.clusterMode ? { REDIS_CLUSTER: 'true' } : {}),
      ...(cache.secret === null ? {} : { REDIS_PASSWORD_SECRET: cache.secret.secretArn }),
      ...(jobs === undefined ? {} : { REDIS_JOBS_URL: `rediss://${jobs.endpoint}` }),
      ...(jobs === undefined || jobs.secret === null
        ? {}
        : { REDIS_JOBS_PASSWORD_SECRET: jobs.secret.secretArn }),
    },
    secrets: groups.flatMap(({ secret }) => (secret === null ? [] : [secret])),
  };
}
