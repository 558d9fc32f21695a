import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDeployment } from '../src/deployment/read-deployment.ts';
import { type Plan, validatePlan } from '../src/elasticache.ts';
import { fileOf, planOf } from './deployments.ts';

const valid = planOf('small shop');

/**
 * With the two tokens below, nineteen invalid groups. The validators of CloudFormation and the CDK reject only five.
 */
const invalid: [string, Partial<Plan>, string][] = [
  ['cache.t4g.large, which the setup guide recommends', { nodeType: 'cache.t4g.large' }, 'node_type_unknown'],
  ['an unknown node type', { nodeType: 'cache.z9.huge' }, 'node_type_unknown'],
  ['an unknown engine', { engine: 'memcached' }, 'engine_unknown'],
  ['an unknown version', { engineVersion: '7.9' }, 'engine_version_unknown'],
  ['Multi-AZ with one node', { replicasPerShard: 0 }, 'multi_az_one_node'],
  ['overlapping windows', { backup: { ...valid.backup, window: '05:00-07:00' } }, 'windows_overlap'],
  [
    'a backup window of 30 minutes',
    { backup: { ...valid.backup, window: '03:00-03:30' } },
    'window_too_short',
  ],
  ['a maintenance window of 30 minutes', { maintenanceWindow: 'sun:05:00-sun:05:30' }, 'window_too_short'],
  ['no backups', { backup: { ...valid.backup, retentionDays: 0 } }, 'backups_off'],
  [
    'a backup retention of 36 days',
    { backup: { ...valid.backup, retentionDays: 36 } },
    'backup_retention_range',
  ],
  ['AUTH together with RBAC', { security: { ...valid.security, userGroups: ['staff'] } }, 'auth_with_rbac'],
  ['neither AUTH nor RBAC', { security: { ...valid.security, authToken: false } }, 'no_authentication'],
  ['AUTH without TLS', { security: { ...valid.security, encryptionInTransit: false } }, 'auth_without_tls'],
  [
    'no encryption at rest',
    { security: { ...valid.security, encryptionAtRest: false } },
    'no_encryption_at_rest',
  ],
  [
    'the wrong parameter family',
    { parameters: { ...valid.parameters, family: 'valkey8' } },
    'parameter_family_wrong',
  ],
  [
    'the default subnet group',
    { network: { ...valid.network, subnetGroup: 'default' } },
    'default_subnet_group',
  ],
  ['data tiering on t4g', { dataTiering: true }, 'data_tiering_unsupported'],
];

describe('before synthesis, validation rejects', () => {
  for (const [name, change, code] of invalid)
    test(name, () => {
      const { deployment, errors } = readDeployment(fileOf({ ...valid, ...change }));
      assert.equal(deployment, null);
      const found = errors.find((error) => error.code === code);
      assert.ok(found, JSON.stringify(errors));
      assert.match(found.path, /^plan\./);
      assert.ok(found.remediation.length > 10);
    });

  for (const [name, authToken] of [
    ['a short token', 'only-fifteen-ch'],
    ['a token with a character that ElastiCache does not allow', 'sixteen characters/long'],
  ])
    test(name ?? '', () => {
      const [error] = validatePlan(valid, { authToken: authToken ?? '' });
      assert.match(error?.code ?? '', /^auth_token/);
      assert.ok(!JSON.stringify(error).includes(authToken ?? ''));
    });
});

describe('readDeployment reports all errors', () => {
  test('of malformed fields', () => {
    const { errors } = readDeployment({
      deployment: 2,
      plan: valid,
      account: '12345',
      network: {
        kind: 'existing',
        vpcId: 'my-vpc',
        subnetIds: ['subnet-0a1b2c3d4e5f60718'],
        availabilityZones: ['eu-west-1a'],
      },
      alarms: { email: 'nobody' },
      color: 'red',
    });
    assert.deepEqual(
      errors.map(({ path }) => path).sort(),
      [
        'account',
        'alarms.email',
        'color',
        'deployment',
        'network.apiSecurityGroupId',
        'network.availabilityZones',
        'network.subnetIds',
        'network.vpcId',
      ].sort(),
    );
  });

  test('of zones in another region', () => {
    const { errors } = readDeployment(
      fileOf(valid, 'new', { network: { kind: 'new', availabilityZones: ['us-east-1a', 'eu-west-1b'] } }),
    );
    assert.match(errors[0]?.message ?? '', /eu-west-1b is not a zone of us-east-1/);
  });

  test('of a group for jobs that can evict them', () => {
    const jobsPlan = { ...valid, name: 'lantern-jobs' };
    const plan = { ...valid, clients: { ...valid.clients, jobs: false } };
    const { errors } = readDeployment(fileOf(plan, 'new', { jobsPlan }));
    assert.deepEqual(
      errors.map(({ path }) => path),
      ['jobsPlan.parameters.maxmemoryPolicy'],
    );
  });
});
