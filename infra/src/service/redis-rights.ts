import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { CacheStack } from '../cache-stack.ts';

/**
 * What a process may do so that Redis lets it in: read the passwords, or log in by IAM as one user.
 *
 * By the role alone: the key's own policy lets the account's roles decide, and would make its stack wait for this one.
 */
export function redisRights(
  scope: Construct,
  { groups, key }: CacheStack,
  iamUser: string | null,
): PolicyStatement[] {
  const { region } = Stack.of(scope);
  const secrets = groups.flatMap(({ secret }) => (secret === null ? [] : [secret.secretArn]));
  const entered = groups.filter(({ plan }) => plan.security.userGroups.length > 0);
  const ofElastiCache = (resource: string, resourceName: string): string =>
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
    ...(iamUser === null || entered.length === 0
      ? []
      : [
          new PolicyStatement({
            actions: ['elasticache:Connect'],
            resources: [
              ...entered.map(({ plan }) => ofElastiCache('replicationgroup', plan.name)),
              ofElastiCache('user', iamUser),
            ],
          }),
        ]),
  ];
}
