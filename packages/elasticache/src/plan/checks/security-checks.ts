import { isAtLeast } from '../../facts/engines.ts';
import { iamEngine } from '../../facts/limits.ts';
import type { Check } from '../plan.ts';

/** Who gets in, and who can listen. All of it but the token is decided when the group is created. */
export const securityChecks: Check = function* ({ security, network, engine, engineVersion }) {
  const { authToken, userGroups, iam, encryptionAtRest, encryptionInTransit } = security;
  if (authToken && userGroups.length > 0)
    yield {
      code: 'auth_with_rbac',
      path: 'security.userGroups',
      message: 'An AUTH token and user groups (RBAC) exclude each other.',
      remediation: 'Keep the token, or take user groups and name the user in REDIS_USERNAME.',
    };
  if (!authToken && userGroups.length === 0)
    yield {
      code: 'no_authentication',
      path: 'security.authToken',
      message: 'Whoever reaches the port may read and delete everything.',
      remediation: 'Set authToken to true. It cannot be added later without a new group.',
    };
  if (!encryptionInTransit && (authToken || userGroups.length > 0))
    yield {
      code: 'auth_without_tls',
      path: 'security.encryptionInTransit',
      message:
        'Tokens and users want encryption in transit; without it a password would travel in the clear.',
      remediation: 'Set encryptionInTransit to true, and use rediss:// in REDIS_URL.',
    };
  else if (!encryptionInTransit)
    yield {
      code: 'no_tls',
      path: 'security.encryptionInTransit',
      message:
        engine === 'valkey'
          ? 'Valkey wants TransitEncryptionEnabled named, and what is sent would travel in the clear.'
          : 'What is sent travels in the clear.',
      remediation: 'Set encryptionInTransit to true.',
    };
  if (!encryptionAtRest)
    yield {
      code: 'no_encryption_at_rest',
      path: 'security.encryptionAtRest',
      message: "Backups and swap hold clients' data unencrypted, and it cannot be switched on later.",
      remediation: 'Set encryptionAtRest to true.',
    };
  if (iam && userGroups.length === 0)
    yield {
      code: 'iam_without_rbac',
      path: 'security.iam',
      message: 'IAM authentication is a property of users, and there is no user group.',
      remediation: 'Name a user group, or set iam to false.',
    };
  if (iam && engine === 'redis' && !isAtLeast(engineVersion, iamEngine.value))
    yield {
      code: 'iam_engine_too_old',
      path: 'engineVersion',
      message: `IAM authentication wants engine ${iamEngine.value} or newer.`,
      remediation: 'Choose a newer version.',
    };
  if (network.subnetGroup === 'default')
    yield {
      code: 'default_subnet_group',
      path: 'network.subnetGroup',
      message: 'The default subnet group has the public subnets of the default VPC in it.',
      remediation: 'Leave it empty: a group of private subnets is made.',
    };
  if (network.egress.length > 0)
    yield {
      code: 'egress_open',
      path: 'network.egress',
      message: `The cache's security group may send to ${network.egress.join(', ')}; it never has to: groups are stateful.`,
      remediation: 'Leave it empty.',
    };
};
