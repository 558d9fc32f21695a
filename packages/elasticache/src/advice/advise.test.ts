import { describe, expect, test } from 'vitest';
import { findNodeType, nodeTypes } from '../facts/node-types.ts';
import type { Readings } from '../thresholds/findings.ts';
import { advise } from './advise.ts';
import { blockers } from './scaling-step.ts';
import { type GroupState, nodeByMaxmemory } from './state.ts';

function state(nodeType: string, more: Partial<GroupState> = {}): GroupState {
  return {
    group: 'shop',
    region: 'us-east-1',
    node: findNodeType(nodeType) ?? null,
    engine: 'redis',
    engineVersion: '7.1',
    clusterMode: false,
    shards: 1,
    replicasPerShard: 1,
    multiAz: true,
    database: 0,
    connectionsAllowed: 100,
    connectionBudget: 50,
    connectionsOfProcess: 6,
    secondaryRegions: [],
    ...more,
  };
}

const normalReadings: Readings = {
  DatabaseMemoryUsagePercentage: 40,
  CurrConnections: 10,
  CacheHitRate: 95,
  lookups: 1000,
};

function next(of: GroupState, readings: Readings): string {
  const { next: step } = advise(of, { ...normalReadings, ...readings });
  return step === null ? 'nothing' : `${step.step}: ${step.title}`;
}

describe('advise', () => {
  test.each<[string, GroupState, Readings, string]>([
    ['recommends nothing while all readings are normal', state('cache.t4g.small'), {}, 'nothing'],
    [
      'recommends a replica first for a single node',
      state('cache.t4g.small', { replicasPerShard: 0, multiAz: false }),
      {},
      'multi_az: A replica in another zone, with automatic failover',
    ],
    [
      'recommends a larger node when memory is high',
      state('cache.t4g.small'),
      { DatabaseMemoryUsagePercentage: 85 },
      'vertical: cache.t4g.small to cache.t4g.medium',
    ],
    [
      'recommends r6g after t4g.medium, because t4g.large does not exist',
      state('cache.t4g.medium'),
      { CPUCreditBalance: 50 },
      'vertical: cache.t4g.medium to cache.r6g.large',
    ],
    [
      'skips t4g.medium when CPU credits run low, because it has the same baseline',
      state('cache.t4g.small'),
      { CPUCreditBalance: 50 },
      'vertical: cache.t4g.small to cache.r6g.large',
    ],
    [
      'recommends a larger node than r7g.large',
      state('cache.r7g.large'),
      { DatabaseMemoryUsagePercentage: 91 },
      'vertical: cache.r7g.large to cache.r6g.xlarge',
    ],
    [
      'recommends a larger node before a replica when a reading exceeds its limit',
      state('cache.t4g.small', { replicasPerShard: 0, multiAz: false }),
      { TrafficManagementActive: 1 },
      'vertical: cache.t4g.small to cache.t4g.medium',
    ],
    [
      'recommends cluster mode when the engine thread is busy',
      state('cache.r6g.xlarge'),
      { EngineCPUUtilization: 75 },
      'cluster_mode: Cluster mode, then two shards',
    ],
    [
      'recommends cluster mode for the largest recommended node type',
      state('cache.r6g.4xlarge'),
      { DatabaseMemoryUsagePercentage: 85 },
      'cluster_mode: Cluster mode, then two shards',
    ],
    [
      'recommends one more shard in cluster mode',
      state('cache.r6g.xlarge', { clusterMode: true, shards: 2 }),
      { EngineCPUUtilization: 95 },
      'cluster_mode: One more shard',
    ],
    [
      'recommends no step for too many connections, which indicate a leak',
      state('cache.t4g.small'),
      { CurrConnections: 99 },
      'nothing',
    ],
    [
      'recommends no step for a low hit rate, which TTLs fix',
      state('cache.t4g.small'),
      { CacheHitRate: 50 },
      'nothing',
    ],
  ])('%s', (_name, of, readings, expected) => expect(next(of, readings)).toBe(expected));
});

describe('the additional monthly cost of a step', () => {
  const stepOf = (of: GroupState, step: string) =>
    advise(of, normalReadings).steps.find((it) => it.step === step);

  test('is the price difference of all nodes, for both engines', () => {
    const cost = stepOf(state('cache.t4g.small'), 'vertical')?.cost;
    expect(cost?.redis).toBeCloseTo(2 * (47.45 - 23.36));
    expect(cost?.valkey).toBeCloseTo(2 * (37.96 - 18.69));
  });

  test('is one node per shard for a replica', () => {
    const alone = state('cache.t4g.small', { replicasPerShard: 0, multiAz: false });
    expect(stepOf(alone, 'multi_az')?.cost).toEqual({ redis: 23.36, valkey: 18.69 });
  });

  test('is null when a price is unknown', () => {
    expect(stepOf(state('cache.t4g.small', { region: 'eu-west-1' }), 'vertical')?.cost.redis).toBeNull();
    expect(stepOf(state('cache.r6g.xlarge'), 'vertical')?.cost.redis).toBeNull();
  });
});

describe('blockers', () => {
  const blockersOf = (of: GroupState, name: string) => {
    const step = advise(of, normalReadings).steps.find((it) => it.step === name);
    return step === undefined
      ? []
      : blockers(step).map(({ text, met }) => `${met === null ? '?' : 'no'}: ${text}`);
  };
  const protocol = '?: every process uses the cluster protocol';

  test.each<[string, Partial<GroupState>, string[]]>([
    ['a database other than 0', { database: 2 }, ['no: all keys are in database 0', protocol]],
    [
      'a missing replica',
      { replicasPerShard: 0, multiAz: false },
      ['no: each shard has a replica, and automatic failover is on', protocol],
    ],
    ['an engine before 7.0', { engineVersion: '6.2' }, ['no: the engine is 7.0 or newer', protocol]],
    ['only the protocol for Valkey 7.2', { engine: 'valkey', engineVersion: '7.2' }, [protocol]],
    [
      'a small connection budget',
      { connectionBudget: 11 },
      [protocol, 'no: REDIS_MAX_CONNECTIONS allows connections to two primaries (12 per process)'],
    ],
  ])('of cluster mode list %s', (_name, more, expected) =>
    expect(blockersOf(state('cache.r6g.large', more), 'cluster_mode')).toEqual(expected),
  );

  test('of a Global Datastore list a burstable node, an old engine and two existing secondary regions', () => {
    const of = state('cache.t4g.small', {
      engineVersion: '5.0.5',
      secondaryRegions: ['eu-west-1', 'eu-west-2'],
    });
    expect(blockersOf(of, 'global_datastore')).toEqual([
      'no: the node size is at least large, and the node is not burstable',
      'no: the engine is 5.0.6 or newer',
      'no: fewer than 2 secondary regions are in use',
    ]);
  });
});

test('a hit rate of few lookups is not a finding, and a page replaces the ticket of the same metric', () => {
  expect(advise(state('cache.t4g.small'), { CacheHitRate: 10, lookups: 500 }).findings).toEqual([]);
  const found = advise(state('cache.t4g.small'), { DatabaseMemoryUsagePercentage: 95 }).findings;
  expect(found.map(({ rule }) => rule.name)).toEqual(['memory_full']);
});

test('identifies a node type by the maxmemory of the server, with or without the reserved quarter', () => {
  const small = findNodeType('cache.t4g.small')?.maxmemoryBytes ?? 0;
  expect(nodeByMaxmemory(small * 0.75, nodeTypes)?.name).toBe('cache.t4g.small');
  expect(nodeByMaxmemory(small, nodeTypes)?.name).toBe('cache.t4g.small');
  expect(nodeByMaxmemory(123_456_789, nodeTypes)).toBeNull();
});
