import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { CacheStack } from '../cache-stack.ts';

/**
 * The permissions of a process to log in to Redis: read the passwords, or connect with IAM as one user.
 *
 * They are in the policy of the role, not of the key, because a key policy would make the cache stack depend on this
 * one.
 */
export function redisRights(
  scope: Construct,
  { groups, key }: CacheStack,
  iamUser: string | null,
): PolicyStatement[] {
  const { region } = Stack.of(scope);
  const secrets = groups.flatMap(({ secret }) => (secret === null ? [] : [secret.secretArn]));
  const groupsWithUsers = groups.filter(({ plan }) => plan.security.userGroups.length > 0);
  const elastiCacheArn = (resource: string, resourceName: string): string =>
    Stack.of(scope).formatArn({
      service: 'elasticache',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  return [
    ...(secrets.length === 0
      ? []
      : [
          new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: secrets }),
          new PolicyStatement({
            actions: ['kms:Decrypt'],
            resources: [key.keyArn],
            conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
          }),
        ]),
    ...(iamUser === null || groupsWithUsers.length === 0
      ? []
      : [
          new PolicyStatement({
            actions: ['elasticache:Connect'],
            resources: [
              ...groupsWithUsers.map(({ plan }) => elastiCacheArn('replicationgroup', plan.name)),
              elastiCacheArn('user', iamUser),
            ],
          }),
        ]),
  ];
}
