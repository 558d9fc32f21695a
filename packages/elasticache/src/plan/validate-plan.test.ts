import { describe, expect, test } from 'vitest';
import { nodeTypes } from '../facts/node-types.ts';
import { completeFigures } from '../sizing/figures.ts';
import { makePlan } from './make-plan.ts';
import type { Plan } from './plan.ts';
import { validatePlan } from './validate-plan.ts';

type Change<Value> = {
  [Key in keyof Value]?: Value[Key] extends readonly unknown[]
    ? Value[Key]
    : Value[Key] extends object
      ? Change<Value[Key]>
      : Value[Key];
};

/** The valid plan with some fields changed. */
function changed(change: Change<Plan>): Plan {
  const merge = (base: object, other: object): object =>
    Object.fromEntries(
      Object.entries({ ...other, ...base }).map(([key, value]) => {
        const over = (other as Record<string, unknown>)[key];
        const isPart = typeof value === 'object' && !Array.isArray(value) && over !== undefined;
        return [key, isPart ? merge(value as object, over as object) : (over ?? value)];
      }),
    );
  return merge(valid, change) as Plan;
}

const valid = makePlan(completeFigures({ barbers: 8, users: 1500 }));
const codes = (plan: Plan, options = {}) => validatePlan(plan, options).map(({ code }) => code);

test('a generated plan is valid on both engines and on every node type that carries the load', () => {
  for (const engine of ['redis', 'valkey'] as const)
    for (const nodeType of ['cache.t4g.small', 'cache.t4g.medium', 'cache.r6g.large', 'cache.r7g.large'])
      expect(codes(makePlan(valid.figures, { engine, nodeType }))).toEqual([]);
});

describe('validatePlan rejects', () => {
  test.each<[string, Change<Plan>, string[]]>([
    ['cache.t4g.large', { nodeType: 'cache.t4g.large' }, ['node_type_unknown']],
    ['an unknown node type', { nodeType: 'cache.z9.huge' }, ['node_type_unknown']],
    ['an unknown version of Redis', { engine: 'redis', engineVersion: '7.9' }, ['engine_version_unknown']],
    ['a version of the other engine', { engine: 'redis', engineVersion: '8.1' }, ['engine_version_unknown']],
    ['an unknown engine', { engine: 'memcached' }, ['engine_unknown']],
    ['Multi-AZ with one node', { replicasPerShard: 0 }, ['multi_az_one_node']],
    ['Multi-AZ without failover', { automaticFailover: false }, ['multi_az_without_failover']],
    ['failover with one node', { replicasPerShard: 0, multiAz: false }, ['failover_one_node']],
    ['replicas in one zone', { multiAz: false }, ['replicas_in_one_zone']],
    ['six replicas', { replicasPerShard: 6 }, ['too_many_replicas']],
    ['two shards without cluster mode', { shards: 2 }, ['shards_without_cluster_mode']],
    [
      'more nodes than the quota of a cluster',
      { clusterMode: true, shards: 50, clients: { connectionBudget: 1000 } },
      ['too_many_nodes'],
    ],
    ['overlapping windows', { backup: { window: '05:00-07:00' } }, ['windows_overlap']],
    [
      'windows that overlap past midnight',
      { backup: { window: '23:30-01:00' }, maintenanceWindow: 'sun:00:00-sun:02:00' },
      ['windows_overlap'],
    ],
    [
      'windows that overlap from Sunday to Monday',
      { backup: { window: '00:00-01:00' }, maintenanceWindow: 'sun:23:00-mon:00:30' },
      ['windows_overlap'],
    ],
    ['a backup window of 30 minutes', { backup: { window: '03:00-03:30' } }, ['window_too_short']],
    [
      'a maintenance window of 30 minutes',
      { maintenanceWindow: 'sun:05:00-sun:05:30' },
      ['window_too_short'],
    ],
    ['a malformed window', { backup: { window: '3am' } }, ['window_malformed']],
    ['a maintenance window without days', { maintenanceWindow: '05:00-07:00' }, ['window_malformed']],
    ['disabled backups', { backup: { retentionDays: 0 } }, ['backups_off']],
    ['a backup retention of 36 days', { backup: { retentionDays: 36 } }, ['backup_retention_range']],
    ['AUTH together with RBAC', { security: { userGroups: ['staff'] } }, ['auth_with_rbac']],
    ['neither AUTH nor RBAC', { security: { authToken: false } }, ['no_authentication']],
    ['AUTH without TLS', { security: { encryptionInTransit: false } }, ['auth_without_tls']],
    [
      'no TLS',
      { security: { encryptionInTransit: false, authToken: false } },
      ['no_authentication', 'no_tls'],
    ],
    ['no encryption at rest', { security: { encryptionAtRest: false } }, ['no_encryption_at_rest']],
    ['IAM without users', { security: { iam: true } }, ['iam_without_rbac']],
    ['the wrong parameter family', { parameters: { family: 'redis7' } }, ['parameter_family_wrong']],
    [
      "the guide's default.redis7.x",
      { engine: 'redis', engineVersion: '7.1', parameters: { family: 'redis7', group: 'default.redis7.x' } },
      ['parameter_group_wrong'],
    ],
    [
      'a default parameter group, which cannot be changed',
      { parameters: { group: 'default.valkey8' } },
      ['parameter_group_default'],
    ],
    [
      'the default parameter group without cluster mode, in the mode compatible',
      { clusterModeMigration: 'compatible', parameters: { group: 'default.valkey8' } },
      ['parameter_group_wrong'],
    ],
    [
      'the default parameter group with cluster mode, in the mode compatible',
      { clusterModeMigration: 'compatible', parameters: { group: 'default.valkey8.cluster.on' } },
      ['parameter_group_default'],
    ],
    [
      'a database other than 0 in the mode compatible',
      { clusterModeMigration: 'compatible', clients: { database: 3 } },
      ['migration_database'],
    ],
    ['the default subnet group', { network: { subnetGroup: 'default' } }, ['default_subnet_group']],
    ['egress to everywhere', { network: { egress: ['0.0.0.0/0'] } }, ['egress_open']],
    ['data tiering on t4g', { dataTiering: true }, ['data_tiering_unsupported']],
    ['r6gd without data tiering', { nodeType: 'cache.r6gd.xlarge' }, ['data_tiering_required']],
    [
      'an eviction policy that loses jobs',
      { parameters: { maxmemoryPolicy: 'allkeys-lru' } },
      ['eviction_policy_loses_jobs'],
    ],
    ['an unknown eviction policy', { parameters: { maxmemoryPolicy: 'lru' } }, ['eviction_policy_unknown']],
    ['too little reserved memory', { parameters: { reservedMemoryPercent: 10 } }, ['reserved_memory_low']],
    [
      'Auto Scaling without cluster mode',
      { autoScaling: true, nodeType: 'cache.r6g.large' },
      ['auto_scaling_cluster_mode'],
    ],
    ['Auto Scaling on T4g', { autoScaling: true, clusterMode: true }, ['auto_scaling_node']],
    [
      'Auto Scaling with a Global Datastore',
      { autoScaling: true, clusterMode: true, nodeType: 'cache.r6g.large', secondaryRegions: ['eu-west-1'] },
      ['auto_scaling_global_datastore'],
    ],
    ['a Global Datastore on T4g', { secondaryRegions: ['eu-west-1'] }, ['global_datastore_node']],
    [
      'three secondary regions',
      { nodeType: 'cache.r6g.large', secondaryRegions: ['eu-west-1', 'eu-west-2', 'eu-west-3'] },
      ['global_datastore_regions'],
    ],
    [
      'the primary region as a secondary region',
      { nodeType: 'cache.r6g.large', secondaryRegions: ['us-east-1'] },
      ['global_datastore_own_region'],
    ],
    [
      'a connection budget below the connections of a worker',
      { clients: { connectionBudget: 5 } },
      ['connection_budget'],
    ],
    [
      'a connection budget below the connections to all primaries',
      { clusterMode: true, shards: 10 },
      ['connection_budget'],
    ],
    [
      'a database other than 0 in cluster mode',
      { clusterMode: true, clients: { database: 3 } },
      ['cluster_mode_database'],
    ],
    [
      'more connections than a node accepts',
      { nodeType: 'cache.r6g.large', clients: { apiProcesses: 20_000 } },
      ['connections_of_node'],
    ],
    [
      'a node that is too small for the business',
      { figures: { users: 1_000_000 } },
      ['node_too_small_memory', 'node_too_small_cpu', 'node_too_small_network'],
    ],
  ])('%s, with a path, a message and a remediation', (_name, change, expected) => {
    const errors = validatePlan(changed(change));
    expect(errors.map(({ code }) => code)).toEqual(expected);
    for (const { path, message, remediation } of errors)
      for (const text of [path, message, remediation]) expect(text).not.toBe('');
  });
});

test('a cache without jobs may use allkeys-lru', () => {
  const plan = changed({ parameters: { maxmemoryPolicy: 'allkeys-lru' }, clients: { jobs: false } });
  expect(codes(plan)).toEqual([]);
});

describe('validation of an AUTH token', () => {
  test.each([
    ['rejects 15 characters', 'a'.repeat(15), ['auth_token_length']],
    ['rejects 129 characters', 'a'.repeat(129), ['auth_token_length']],
    ['rejects a space', 'sixteen letters and more', ['auth_token_characters']],
    ['rejects an @', `${'a'.repeat(20)}@`, ['auth_token_characters']],
    [
      'reports both a wrong length and an illegal character',
      'a/b',
      ['auth_token_length', 'auth_token_characters'],
    ],
    ['accepts 16 letters', 'a'.repeat(16), []],
    ['accepts every allowed special character', `${'a'.repeat(16)}!&#$^<>-`, []],
  ])('%s', (_name, authToken, expected) => {
    const errors = validatePlan(valid, { authToken });
    expect(errors.map(({ code }) => code)).toEqual(expected);
    expect(JSON.stringify(errors)).not.toContain(authToken);
  });
});

test('the error of an unknown node type lists its family, and the remediation lists recommended node types', () => {
  const [error] = validatePlan(changed({ nodeType: 'cache.t4g.large' }));
  expect(error?.message).toContain('cache.t4g.micro, cache.t4g.small, cache.t4g.medium');
  expect(nodeTypes.some(({ name }) => error?.remediation.includes(name))).toBe(true);
});
