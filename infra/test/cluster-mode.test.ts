/** The way of a group from cluster mode disabled to enabled, and beyond, as what CloudFormation is given at each step. */
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

const ways: [string, Plan, Plan, string[]][] = [
  ['to compatible', disabled, compatible, ['CacheParameterGroupName', 'ClusterMode']],
  ['from compatible to enabled', compatible, enabled, ['ClusterMode']],
  ['to a second shard', enabled, sharded, ['NumNodeGroups']],
];

describe('a group on its way to cluster mode', () => {
  for (const [name, before, after, wanted] of ways)
    test(`${name}: nothing else of it changes`, () => {
      const [was, is] = [groupOf(before).Properties, groupOf(after).Properties];
      const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
      assert.deepEqual(
        names.filter((property) => JSON.stringify(was[property]) !== JSON.stringify(is[property])),
        wanted,
      );
    });

  test('gets parameters of its own with cluster-enabled, and is told each mode by name', () => {
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

  test('changes its shards instead of being replaced', () => {
    for (const plan of [disabled, sharded])
      assert.deepEqual(groupOf(plan).UpdatePolicy, { UseOnlineResharding: true });
  });
});
