import { isAtLeast } from '../../facts/engines.ts';
import { iamEngine } from '../../facts/limits.ts';
import type { Check } from '../plan.ts';

/** Checks authentication, encryption and network access. Only the AUTH token can change after the group is created. */
export const securityChecks: Check = function* ({ security, network, engine, engineVersion }) {
  const { authToken, userGroups, iam, encryptionAtRest, encryptionInTransit } = security;
  if (authToken && userGroups.length > 0)
    yield {
      code: 'auth_with_rbac',
      path: 'security.userGroups',
      message: 'An AUTH token and user groups (RBAC) cannot be used together.',
      remediation: 'Use the token, or use user groups and set REDIS_USERNAME.',
    };
  if (!authToken && userGroups.length === 0)
    yield {
      code: 'no_authentication',
      path: 'security.authToken',
      message: 'Without authentication, anyone who can reach the port can read and delete all data.',
      remediation: 'Set authToken to true. Adding it later requires a new group.',
    };
  if (!encryptionInTransit && (authToken || userGroups.length > 0))
    yield {
      code: 'auth_without_tls',
      path: 'security.encryptionInTransit',
      message:
        'AUTH tokens and users require encryption in transit; otherwise passwords are sent in plain text.',
      remediation: 'Set encryptionInTransit to true, and use rediss:// in REDIS_URL.',
    };
  else if (!encryptionInTransit)
    yield {
      code: 'no_tls',
      path: 'security.encryptionInTransit',
      message:
        engine === 'valkey'
          ? 'Valkey requires TransitEncryptionEnabled; without encryption, data is sent in plain text.'
          : 'Data is sent in plain text.',
      remediation: 'Set encryptionInTransit to true.',
    };
  if (!encryptionAtRest)
    yield {
      code: 'no_encryption_at_rest',
      path: 'security.encryptionAtRest',
      message:
        'Backups and swap contain unencrypted client data, and encryption at rest cannot be enabled later.',
      remediation: 'Set encryptionAtRest to true.',
    };
  if (iam && userGroups.length === 0)
    yield {
      code: 'iam_without_rbac',
      path: 'security.iam',
      message: 'IAM authentication requires a user group, and the plan has none.',
      remediation: 'Add a user group, or set iam to false.',
    };
  if (iam && engine === 'redis' && !isAtLeast(engineVersion, iamEngine.value))
    yield {
      code: 'iam_engine_too_old',
      path: 'engineVersion',
      message: `IAM authentication requires engine version ${iamEngine.value} or newer.`,
      remediation: 'Choose a newer version.',
    };
  if (network.subnetGroup === 'default')
    yield {
      code: 'default_subnet_group',
      path: 'network.subnetGroup',
      message: 'The default subnet group contains the public subnets of the default VPC.',
      remediation: 'Leave it empty: the deployment then creates a group of private subnets.',
    };
  if (network.egress.length > 0)
    yield {
      code: 'egress_open',
      path: 'network.egress',
      message: `The security group of the cache allows egress to ${network.egress.join(', ')}. It needs none: security groups are stateful.`,
      remediation: 'Leave it empty.',
    };
};
