/** Services for tests, with their plans. */
import { networks, planOf } from './deployments.ts';

const secret = (name: string): string =>
  `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-a1b2c3`;

export const service = {
  image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/bookedbarber@sha256:${'0a'.repeat(32)}`,
  publicUrl: 'https://booking.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-0000-0000-000000000000',
  databaseSecretArn: secret('database'),
  smtpSecretArn: secret('smtp'),
  mailFrom: 'Lantern Street <hello@example.com>',
};

export const small = planOf('small shop');
export const plan = { ...small, network: { ...small.network, natGateways: 2 } };

/** A service in an existing network, with its subnets. */
export const existing = {
  service: {
    ...service,
    publicSubnetIds: ['subnet-0000000a', 'subnet-0000000b'],
    processSubnetIds: ['subnet-0000000c', 'subnet-0000000d'],
  },
  network: { ...(networks.existing as object), vpcCidr: '10.0.0.0/16' },
};

const large = planOf('large chain', 'valkey');
const sharded = {
  ...large,
  clusterMode: true,
  shards: 2,
  network: plan.network,
  clients: { ...large.clients, jobs: false },
};

/** Two groups in cluster mode: the cache with IAM authentication, the group of the jobs with a password. */
export const twoGroups = {
  plan: {
    ...sharded,
    security: { ...sharded.security, authToken: false, userGroups: ['lantern-users'], iam: true },
  },
  jobsPlan: {
    ...sharded,
    name: 'lantern-jobs',
    parameters: { ...sharded.parameters, maxmemoryPolicy: 'noeviction' },
  },
  service: { ...service, redisIamUser: 'lantern-app' },
};
