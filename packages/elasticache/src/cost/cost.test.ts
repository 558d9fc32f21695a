import { describe, expect, test } from 'vitest';
import { makePlan } from '../plan/make-plan.ts';
import { completeFigures } from '../sizing/figures.ts';
import { loadOf } from '../sizing/load.ts';
import { costOf } from './cost.ts';

const figures = completeFigures({ barbers: 8, users: 1500 });
const plan = (choices: Parameters<typeof makePlan>[1]) => makePlan(figures, choices);

describe('the monthly cost of a plan', () => {
  test.each([
    ['cache.t4g.small', 23.36, 18.69],
    ['cache.t4g.medium', 47.45, 37.96],
    ['cache.r6g.large', 150.38, 120.3],
    ['cache.r6g.xlarge', 300.03, 240.02],
    ['cache.r7g.large', 159.87, 127.9],
  ])(
    'with a %s is $%d on Redis OSS and $%d on Valkey, and Multi-AZ doubles it',
    (nodeType, redis, valkey) => {
      const one = costOf(plan({ nodeType, replicasPerShard: 0, backupDays: 1 }));
      expect([one.redis.total, one.valkey.total]).toEqual([redis, valkey]);
      const two = costOf(plan({ nodeType, backupDays: 1 }));
      expect([two.redis.ofNodes, two.valkey.ofNodes]).toEqual([2 * redis, 2 * valkey]);
    },
  );

  test('counts the primaries and replicas of all shards', () => {
    const cost = costOf(plan({ nodeType: 'cache.r6g.large', shards: 3, replicasPerShard: 2 }));
    expect([cost.redis.nodes, cost.redis.ofNodes]).toEqual([9, 9 * 150.38]);
  });

  test('charges for every backup but the newest, by size', () => {
    expect(costOf(plan({ backupDays: 1 })).redis.backups).toBe(0);
    const one = costOf(plan({ backupDays: 2 })).redis.backupGb;
    const { memoryBytes } = loadOf(figures, { api: 2, workers: 1 });
    expect(one).toBeCloseTo(memoryBytes / 1e9);
    const { backupGb, backups } = costOf(plan({ backupDays: 8 })).redis;
    expect(backupGb).toBeCloseTo(7 * one);
    expect(backups).toBeCloseTo(backupGb * 0.085);
  });

  test('includes only the NAT gateways of the plan', () => {
    expect(costOf(plan({})).redis.nat).toBe(0);
    expect(costOf(plan({ natGateways: 2 })).redis.nat).toBeCloseTo(65.7);
  });
});

describe('the total is null when a price is unknown', () => {
  test.each([
    ['for the region', { region: 'eu-west-1' }],
    ['for the node type', { nodeType: 'cache.r6g.2xlarge' }],
    ['for a secondary region', { nodeType: 'cache.r6g.large', secondaryRegions: ['eu-west-1'] }],
    ['for a region named like an object property', { region: 'constructor' }],
  ])('%s', (_name, choices) => {
    const { redis, valkey } = costOf(plan(choices));
    expect([redis.total, valkey.total]).toEqual([null, null]);
  });
});
