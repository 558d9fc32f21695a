import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDeployment } from '../src/deployment/read-deployment.ts';
import { type Plan, validatePlan } from '../src/elasticache.ts';
import { fileOf, planOf } from './deployments.ts';

const right = planOf('small shop');

/** The nineteen replication groups of which the validators of CloudFormation and the CDK caught five. */
const wrong: [string, Partial<Plan>, string][] = [
  ['cache.t4g.large, which the setup guide names', { nodeType: 'cache.t4g.large' }, 'node_type_unknown'],
  ['a node type of nobody', { nodeType: 'cache.z9.huge' }, 'node_type_unknown'],
  ['a made-up engine', { engine: 'memcached' }, 'engine_unknown'],
  ['a made-up version', { engineVersion: '7.9' }, 'engine_version_unknown'],
  ['Multi-AZ with one node', { replicasPerShard: 0 }, 'multi_az_one_node'],
  ['overlapping windows', { backup: { ...right.backup, window: '05:00-07:00' } }, 'windows_overlap'],
  [
    'a backup window of half an hour',
    { backup: { ...right.backup, window: '03:00-03:30' } },
    'window_too_short',
  ],
  ['a maintenance window of half an hour', { maintenanceWindow: 'sun:05:00-sun:05:30' }, 'window_too_short'],
  ['no backups', { backup: { ...right.backup, retentionDays: 0 } }, 'backups_off'],
  ['backups for 36 days', { backup: { ...right.backup, retentionDays: 36 } }, 'backup_retention_range'],
  ['AUTH together with RBAC', { security: { ...right.security, userGroups: ['staff'] } }, 'auth_with_rbac'],
  ['neither AUTH nor RBAC', { security: { ...right.security, authToken: false } }, 'no_authentication'],
  ['AUTH without TLS', { security: { ...right.security, encryptionInTransit: false } }, 'auth_without_tls'],
  [
    'no encryption at rest',
    { security: { ...right.security, encryptionAtRest: false } },
    'no_encryption_at_rest',
  ],
  [
    'the wrong parameter family',
    { parameters: { ...right.parameters, family: 'valkey8' } },
    'parameter_family_wrong',
  ],
  [
    'the default subnet group',
    { network: { ...right.network, subnetGroup: 'default' } },
    'default_subnet_group',
  ],
  ['data tiering on t4g', { dataTiering: true }, 'data_tiering_unsupported'],
];

describe('a wrong plan is refused by name before a template is made', () => {
  for (const [name, change, code] of wrong)
    test(name, () => {
      const { deployment, errors } = readDeployment(fileOf({ ...right, ...change }));
      assert.equal(deployment, null);
      const found = errors.find((error) => error.code === code);
      assert.ok(found, JSON.stringify(errors));
      assert.match(found.path, /^plan\./);
      assert.ok(found.remediation.length > 10);
    });

  for (const [name, authToken] of [
    ['a short token', 'only-fifteen-ch'],
    ['a token with a character that ElastiCache does not take', 'sixteen characters/long'],
  ])
    test(name ?? '', () => {
      const [error] = validatePlan(right, { authToken: authToken ?? '' });
      assert.match(error?.code ?? '', /^auth_token/);
      assert.ok(!JSON.stringify(error).includes(authToken ?? ''));
    });
});

describe('a wrong deployment says every field and its mend at once', () => {
  test('of another form', () => {
    const { errors } = readDeployment({
      deployment: 2,
      plan: right,
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

  test('with zones of another region', () => {
    const { errors } = readDeployment(
      fileOf(right, 'new', { network: { kind: 'new', availabilityZones: ['us-east-1a', 'eu-west-1b'] } }),
    );
    assert.match(errors[0]?.message ?? '', /eu-west-1b is no zone of us-east-1/);
  });

  test('with a group for jobs that would lose some', () => {
    const jobsPlan = { ...right, name: 'lantern-jobs' };
    const plan = { ...right, clients: { ...right.clients, jobs: false } };
    const { errors } = readDeployment(fileOf(plan, 'new', { jobsPlan }));
    assert.deepEqual(
      errors.map(({ path }) => path),
      ['jobsPlan.parameters.maxmemoryPolicy'],
    );
  });
});
