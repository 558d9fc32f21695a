import { describe, expect, test } from 'vitest';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { readPlan } from '../plan/read-plan.ts';
import { completeFigures } from '../sizing/figures.ts';
import type { Backup } from './backup.ts';
import { restoredPlan } from './restored-plan.ts';

const mebibyte = 1024 ** 2;
const plan = makePlan(completeFigures({ barbers: 4, users: 200 }), { nodeType: 'cache.t4g.small' });
const backup: Backup = {
  name: 'automatic.bookedbarber-002-2026-10-02-03-00',
  engine: 'valkey',
  engineVersion: '8.1.0',
  nodeType: 'cache.t4g.small',
  clusterMode: false,
  shards: 1,
  shardBytes: [200 * mebibyte],
};
const name = 'bookedbarber-restored';
const codes = (of: Plan, from: Partial<Backup>, choices = {}) =>
  restoredPlan(of, { ...backup, ...from }, { name, ...choices }).errors.map(({ code }) => code);

test('a restored plan has a new name and names its backup; everything else is unchanged', () => {
  const { plan: restored } = restoredPlan(plan, backup, { name });
  expect(restored).toEqual({ ...plan, name, snapshotName: backup.name });
  expect(readPlan(JSON.parse(JSON.stringify(restored))).errors).toEqual([]);
});

test('a restored plan drops the migration to cluster mode of the original group', () => {
  const migrated: Plan = { ...plan, clusterMode: true, clusterModeMigration: 'enabled' };
  const { plan: restored } = restoredPlan(migrated, { ...backup, clusterMode: true }, { name });
  expect(restored).toEqual({ ...plan, clusterMode: true, name, snapshotName: backup.name });
});

describe('restoredPlan rejects', () => {
  test.each<[string, Partial<Plan>, Partial<Backup>, string[]]>([
    [
      'a Valkey backup for Redis OSS',
      { engine: 'redis', engineVersion: '7.1', parameters: { ...plan.parameters, family: 'redis7' } },
      {},
      ['backup_engine'],
    ],
    ['a backup of a later version', { engineVersion: '8.0' }, {}, ['backup_engine_version']],
    ['a backup in cluster mode for a plan without it', {}, { clusterMode: true }, ['backup_cluster_mode']],
    ['a backup larger than the node', {}, { shardBytes: [900 * mebibyte] }, ['backup_too_large']],
    [
      'a backup with one shard larger than the node',
      { clusterMode: true, shards: 2 },
      { clusterMode: true, shards: 2, shardBytes: [900 * mebibyte, 1] },
      ['backup_too_large'],
    ],
  ])('%s', (_name, change, from, expected) => expect(codes({ ...plan, ...change }, from)).toEqual(expected));

  test('the name of the existing group', () =>
    expect(codes(plan, {}, { name: plan.name })).toEqual(['name_taken']));

  test('an invalid plan, with the errors of the plan', () =>
    expect(codes(plan, { shardBytes: [9e12] }, { nodeType: 'cache.t4g.large' })).toEqual([
      'node_type_unknown',
    ]));
});

describe('restoredPlan accepts', () => {
  test.each<[string, Partial<Plan>, Partial<Backup>]>([
    ['a Redis OSS backup for Valkey', {}, { engine: 'redis', engineVersion: '7.1.0' }],
    ['a backup of an earlier version', {}, { engineVersion: '7.2.6' }],
    ['a backup of another patch version', {}, { engineVersion: '8.1.3' }],
    ['a backup of unknown size', {}, { shardBytes: [] }],
    [
      'a backup whose data is spread over more shards',
      { clusterMode: true, shards: 4 },
      { clusterMode: true, shards: 2, shardBytes: [900 * mebibyte, 900 * mebibyte] },
    ],
  ])('%s', (_name, change, from) => expect(codes({ ...plan, ...change }, from)).toEqual([]));

  test('a larger node type or a newer version when the plan is too small or too old', () => {
    expect(codes(plan, { shardBytes: [900 * mebibyte] }, { nodeType: 'cache.t4g.medium' })).toEqual([]);
    const old = { ...plan, engineVersion: '7.2', parameters: { ...plan.parameters, family: 'valkey7' } };
    const { plan: restored } = restoredPlan(old, backup, { name, engineVersion: '8.1' });
    expect([restored?.engineVersion, restored?.parameters.family]).toEqual(['8.1', 'valkey8']);
  });
});
