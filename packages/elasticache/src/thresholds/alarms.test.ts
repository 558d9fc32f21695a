import { describe, expect, test } from 'vitest';
import { findNodeType } from '../facts/node-types.ts';
import { alarmDefinitions } from './alarms.ts';
import type { WatchTarget } from './rule.ts';
import { rules } from './rules.ts';

function target(nodeType: string, more: Partial<WatchTarget> = {}): WatchTarget {
  const node = findNodeType(nodeType);
  if (node === undefined) throw new TypeError(nodeType);
  return {
    group: 'shop',
    node,
    clusterMode: false,
    shards: 1,
    replicasPerShard: 1,
    connectionsAllowed: 150,
    ...more,
  };
}

const alarms = (nodeType: string, more: Partial<WatchTarget> = {}) =>
  alarmDefinitions(target(nodeType, more));
const limits = (nodeType: string, rule: string) =>
  alarms(nodeType)
    .filter((it) => it.rule === rule)
    .map(({ threshold }) => threshold);

describe('alarms', () => {
  test('exist for every node, since the primary can change', () => {
    const names = alarms('cache.t4g.small').filter(({ rule }) => rule === 'memory_high');
    expect(names.map(({ name }) => name)).toEqual(['shop-001-memory-high', 'shop-002-memory-high']);
  });

  test('name the nodes of a cluster by shard', () => {
    const more = { clusterMode: true, shards: 2, replicasPerShard: 0 };
    const nodes = alarms('cache.r6g.large', more)
      .filter(({ rule }) => rule === 'evictions')
      .flatMap(({ metrics }) => metrics.map(({ node }) => node));
    expect(nodes).toEqual(['shop-0001-001', 'shop-0002-001']);
  });

  test('for CPU have a limit of 45 % on two vCPUs, and for the engine thread of 70 and 90 % on four', () => {
    expect(limits('cache.t4g.small', 'cpu')).toEqual([45, 45]);
    expect(limits('cache.r6g.large', 'cpu')).toEqual([45, 45]);
    expect(limits('cache.r6g.xlarge', 'cpu')).toEqual([]);
    expect(limits('cache.r6g.xlarge', 'engine_cpu_high')).toEqual([70, 70]);
    expect(limits('cache.r6g.xlarge', 'engine_cpu_full')).toEqual([90, 90]);
    expect(limits('cache.r6g.large', 'engine_cpu_high')).toEqual([]);
  });

  test('for CPU credits have a limit of 20 % of the maximum balance of a T4g, and exist for no other node', () => {
    expect(limits('cache.t4g.small', 'cpu_credits')).toEqual([115.2, 115.2]);
    expect(limits('cache.r6g.large', 'cpu_credits')).toEqual([]);
  });

  test('for connections depend on the connection budget and the processes, not on the limit of the node', () => {
    expect(limits('cache.t4g.small', 'connections')).toEqual([135, 135]);
  });

  test('for the hit rate use one metric math expression for the group, which is 100 without traffic', () => {
    const [rate, ...others] = alarms('cache.t4g.small').filter(({ rule }) => rule === 'hit_rate');
    expect(others).toEqual([]);
    expect(rate).toMatchObject({
      name: 'shop-hit-rate',
      threshold: 85,
      comparison: 'LessThanThreshold',
      expression:
        'IF(((hits1 + hits2) + (misses1 + misses2)) > 500, 100 * (hits1 + hits2) / ((hits1 + hits2) + (misses1 + misses2)), 100)',
      periodSeconds: 900,
      evaluationPeriods: 4,
      datapointsToAlarm: 3,
    });
  });

  test('for the hit rate exist per node if the group is too large for one alarm', () => {
    const large = alarms('cache.r6g.large', { clusterMode: true, shards: 3 });
    const rates = large.filter(({ rule }) => rule === 'hit_rate');
    expect(rates).toHaveLength(6);
    expect(Math.max(...rates.map(({ metrics }) => metrics.length))).toBeLessThanOrEqual(10);
  });

  test('for replication lag exist only with replicas', () => {
    const alone = alarms('cache.t4g.small', { replicasPerShard: 0 });
    expect(alone.filter(({ rule }) => rule === 'replication_lag')).toEqual([]);
  });

  test('treat missing evictions, hit rates, failed logins and lag as OK, and all send an OK notification', () => {
    const all = alarms('cache.t4g.small');
    const notBreaching = all.filter(({ treatMissingData }) => treatMissingData === 'notBreaching');
    expect(new Set(notBreaching.map(({ rule }) => rule))).toEqual(
      new Set(['evictions', 'hit_rate', 'replication_lag', 'authentication_failures']),
    );
    expect(all.every(({ okAction }) => okAction)).toBe(true);
  });

  test('have unique names', () => {
    const names = alarms('cache.r6g.xlarge', { clusterMode: true, shards: 3 }).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test('every rule becomes an alarm on some node type', () => {
  const made = ['cache.t4g.small', 'cache.r6g.xlarge'].flatMap((it) => alarms(it).map(({ rule }) => rule));
  expect(new Set(made)).toEqual(new Set(rules.map(({ name }) => name)));
});
