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

test('a group from a backup has another name and names its backup; the rest is the plan as it was', () => {
  const { plan: made } = restoredPlan(plan, backup, { name });
  expect(made).toEqual({ ...plan, name, snapshotName: backup.name });
  expect(readPlan(JSON.parse(JSON.stringify(made))).errors).toEqual([]);
});

test('one that came to cluster mode on the way is made anew in it', () => {
  const migrated: Plan = { ...plan, clusterMode: true, clusterModeMigration: 'enabled' };
  const { plan: made } = restoredPlan(migrated, { ...backup, clusterMode: true }, { name });
  expect(made).not.toHaveProperty('clusterModeMigration');
});

describe('a backup that does not fit is refused by name', () => {
  test.each<[string, Partial<Plan>, Partial<Backup>, string[]]>([
    [
      'of Valkey for Redis OSS',
      { engine: 'redis', engineVersion: '7.1', parameters: { ...plan.parameters, family: 'redis7' } },
      {},
      ['backup_engine'],
    ],
    ['of a later version', { engineVersion: '8.0' }, {}, ['backup_engine_version']],
    ['of cluster mode for a group without', {}, { clusterMode: true }, ['backup_cluster_mode']],
    ['of more than the node holds', {}, { shardBytes: [900 * mebibyte] }, ['backup_too_large']],
    [
      'of shards of which one is fuller than the node',
      { clusterMode: true, shards: 2 },
      { clusterMode: true, shards: 2, shardBytes: [900 * mebibyte, 1] },
      ['backup_too_large'],
    ],
  ])('%s', (_name, change, from, wanted) => expect(codes({ ...plan, ...change }, from)).toEqual(wanted));

  test('the name of the group that there is', () =>
    expect(codes(plan, {}, { name: plan.name })).toEqual(['name_taken']));

  test('what is wrong with the plan itself is told with it', () =>
    expect(codes(plan, { shardBytes: [9e12] }, { nodeType: 'cache.t4g.large' })).toEqual([
      'node_type_unknown',
    ]));
});

describe('a backup fits', () => {
  test.each<[string, Partial<Plan>, Partial<Backup>]>([
    ['of Redis OSS for Valkey', {}, { engine: 'redis', engineVersion: '7.1.0' }],
    ['of an earlier version', {}, { engineVersion: '7.2.6' }],
    ['of a patch that AWS chose', {}, { engineVersion: '8.1.3' }],
    ['whose size is not told', {}, { shardBytes: [] }],
    [
      'whose shards are spread over more',
      { clusterMode: true, shards: 4 },
      { clusterMode: true, shards: 2, shardBytes: [900 * mebibyte, 900 * mebibyte] },
    ],
  ])('%s', (_name, change, from) => expect(codes({ ...plan, ...change }, from)).toEqual([]));

  test('a larger node or another version, where the plan is too small or too old', () => {
    expect(codes(plan, { shardBytes: [900 * mebibyte] }, { nodeType: 'cache.t4g.medium' })).toEqual([]);
    const old = { ...plan, engineVersion: '7.2', parameters: { ...plan.parameters, family: 'valkey7' } };
    const { plan: made } = restoredPlan(old, backup, { name, engineVersion: '8.1' });
    expect([made?.engineVersion, made?.parameters.family]).toEqual(['8.1', 'valkey8']);
  });
});
