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

const well: Readings = {
  DatabaseMemoryUsagePercentage: 40,
  CurrConnections: 10,
  CacheHitRate: 95,
  lookups: 1000,
};

function next(of: GroupState, readings: Readings): string {
  const { next: rung } = advise(of, { ...well, ...readings });
  return rung === null ? 'nothing' : `${rung.step}: ${rung.title}`;
}

describe('the next step', () => {
  test.each<[string, GroupState, Readings, string]>([
    ['nothing while all is well', state('cache.t4g.small'), {}, 'nothing'],
    [
      'a replica first, where there is one node',
      state('cache.t4g.small', { replicasPerShard: 0, multiAz: false }),
      {},
      'multi_az: A replica in another zone, with automatic failover',
    ],
    [
      'a larger node for memory',
      state('cache.t4g.small'),
      { DatabaseMemoryUsagePercentage: 85 },
      'vertical: cache.t4g.small to cache.t4g.medium',
    ],
    [
      'r6g after t4g.medium, never t4g.large',
      state('cache.t4g.medium'),
      { CPUCreditBalance: 50 },
      'vertical: cache.t4g.medium to cache.r6g.large',
    ],
    [
      'past t4g.medium for want of CPU: it has the same baseline',
      state('cache.t4g.small'),
      { CPUCreditBalance: 50 },
      'vertical: cache.t4g.small to cache.r6g.large',
    ],
    [
      'a larger node than r7g.large',
      state('cache.r7g.large'),
      { DatabaseMemoryUsagePercentage: 91 },
      'vertical: cache.r7g.large to cache.r6g.xlarge',
    ],
    [
      'a larger node before a replica, while it presses',
      state('cache.t4g.small', { replicasPerShard: 0, multiAz: false }),
      { TrafficManagementActive: 1 },
      'vertical: cache.t4g.small to cache.t4g.medium',
    ],
    [
      'cluster mode for a thread that is busy',
      state('cache.r6g.xlarge'),
      { EngineCPUUtilization: 75 },
      'cluster_mode: Cluster mode, then two shards',
    ],
    [
      'cluster mode at the top of the ladder',
      state('cache.r6g.4xlarge'),
      { DatabaseMemoryUsagePercentage: 85 },
      'cluster_mode: Cluster mode, then two shards',
    ],
    [
      'one more shard in cluster mode',
      state('cache.r6g.xlarge', { clusterMode: true, shards: 2 }),
      { EngineCPUUtilization: 95 },
      'cluster_mode: One more shard',
    ],
    [
      'no step for connections: there is a leak',
      state('cache.t4g.small'),
      { CurrConnections: 99 },
      'nothing',
    ],
    [
      'no step for a low hit rate: times want tuning',
      state('cache.t4g.small'),
      { CacheHitRate: 50 },
      'nothing',
    ],
  ])('%s', (_name, of, readings, wanted) => expect(next(of, readings)).toBe(wanted));
});

describe('what a step costs more a month', () => {
  const rung = (of: GroupState, step: string) => advise(of, well).steps.find((it) => it.step === step);

  test('is the difference of all nodes on both engines', () => {
    const cost = rung(state('cache.t4g.small'), 'vertical')?.cost;
    expect(cost?.redis).toBeCloseTo(2 * (47.45 - 23.36));
    expect(cost?.valkey).toBeCloseTo(2 * (37.96 - 18.69));
  });

  test('is a node a shard for a replica', () => {
    const alone = state('cache.t4g.small', { replicasPerShard: 0, multiAz: false });
    expect(rung(alone, 'multi_az')?.cost).toEqual({ redis: 23.36, valkey: 18.69 });
  });

  test('is not known where prices are not', () => {
    expect(rung(state('cache.t4g.small', { region: 'eu-west-1' }), 'vertical')?.cost.redis).toBeNull();
    expect(rung(state('cache.r6g.xlarge'), 'vertical')?.cost.redis).toBeNull();
  });
});

describe('what stands in the way', () => {
  const inTheWay = (of: GroupState, step: string) => {
    const rung = advise(of, well).steps.find((it) => it.step === step);
    return rung === undefined
      ? []
      : blockers(rung).map(({ text, met }) => `${met === null ? '?' : 'no'}: ${text}`);
  };
  const protocol = '?: every process speaks the cluster protocol';

  test.each<[string, Partial<GroupState>, string[]]>([
    ['another database', { database: 2 }, ['no: all keys are in database 0', protocol]],
    [
      'no replica',
      { replicasPerShard: 0, multiAz: false },
      ['no: there is a replica, and automatic failover is on', protocol],
    ],
    ['an engine before 7.0', { engineVersion: '6.2' }, ['no: the engine is 7.0 or newer', protocol]],
    ['Valkey is new enough', { engine: 'valkey', engineVersion: '7.2' }, [protocol]],
    [
      'a tight budget of connections',
      { connectionBudget: 11 },
      [protocol, 'no: REDIS_MAX_CONNECTIONS bears connections to two primaries (12 a process)'],
    ],
  ])('of cluster mode: %s', (_name, more, wanted) =>
    expect(inTheWay(state('cache.r6g.large', more), 'cluster_mode')).toEqual(wanted),
  );

  test('of a Global Datastore: a burstable node, an old engine, two regions already', () => {
    const of = state('cache.t4g.small', {
      engineVersion: '5.0.5',
      secondaryRegions: ['eu-west-1', 'eu-west-2'],
    });
    expect(inTheWay(of, 'global_datastore')).toEqual([
      'no: the node is large or above, and not burstable',
      'no: the engine is 5.0.6 or newer',
      'no: fewer than 2 secondary regions are in use',
    ]);
  });
});

test('a hit rate of few look-ups is no finding, and a page speaks for the ticket of the same metric', () => {
  expect(advise(state('cache.t4g.small'), { CacheHitRate: 10, lookups: 500 }).findings).toEqual([]);
  const found = advise(state('cache.t4g.small'), { DatabaseMemoryUsagePercentage: 95 }).findings;
  expect(found.map(({ rule }) => rule.name)).toEqual(['memory_full']);
});

test('a node is told by what a server says of its memory, with a quarter kept back or without', () => {
  const small = findNodeType('cache.t4g.small')?.maxmemoryBytes ?? 0;
  expect(nodeByMaxmemory(small * 0.75, nodeTypes)?.name).toBe('cache.t4g.small');
  expect(nodeByMaxmemory(small, nodeTypes)?.name).toBe('cache.t4g.small');
  expect(nodeByMaxmemory(123_456_789, nodeTypes)).toBeNull();
});
