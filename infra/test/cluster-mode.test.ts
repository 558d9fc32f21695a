/** The changes in the template at each step of a migration to cluster mode. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan } from '../src/elasticache.ts';
import { build, fileOf, planOf, type Resource, resources } from './deployments.ts';

const disabled = planOf('large chain', 'valkey');
const compatible: Plan = { ...disabled, clusterModeMigration: 'compatible' };
const enabled: Plan = { ...disabled, clusterMode: true, clusterModeMigration: 'enabled' };
const sharded: Plan = { ...enabled, shards: 2 };

function groupOf(plan: Plan): Resource {
  const [group] = resources(build(fileOf(plan)), 'AWS::ElastiCache::ReplicationGroup');
  assert.ok(group);
  return group;
}

const steps: [string, Plan, Plan, string[]][] = [
  ['to compatible', disabled, compatible, ['CacheParameterGroupName', 'ClusterMode']],
  ['from compatible to enabled', compatible, enabled, ['ClusterMode']],
  ['to a second shard', enabled, sharded, ['NumNodeGroups']],
];

describe('a migration to cluster mode', () => {
  for (const [name, before, after, expected] of steps)
    test(`${name} changes no other property`, () => {
      const [from, to] = [groupOf(before).Properties, groupOf(after).Properties];
      const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
      assert.deepEqual(
        names.filter((property) => JSON.stringify(from[property]) !== JSON.stringify(to[property])),
        expected,
      );
    });

  test('uses a new parameter group with cluster-enabled, and sets ClusterMode at each step', () => {
    const [parameters] = resources(build(fileOf(compatible)), 'AWS::ElastiCache::ParameterGroup');
    assert.equal(
      (parameters?.Properties['Properties'] as Record<string, unknown> | undefined)?.['cluster-enabled'],
      'yes',
    );
    assert.deepEqual(
      [disabled, compatible, enabled].map((plan) => groupOf(plan).Properties['ClusterMode']),
      ['disabled', 'compatible', 'enabled'],
    );
  });

  test('reshards online instead of replacing the group', () => {
    for (const plan of [disabled, sharded])
      assert.deepEqual(groupOf(plan).UpdatePolicy, { UseOnlineResharding: true });
  });
});
