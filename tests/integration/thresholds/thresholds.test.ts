/**
 * One source of thresholds has five readers: the alarms of CloudWatch, the lines in its dashboard, the alerts of a running
 * server, the advice of the command line, and the runbook. Here each threshold is moved, and each reader has to move
 * with it, wherever it can see the metric. Where it cannot, that is listed.
 */
import {
  advise,
  alarmDefinitions,
  dashboard,
  defaultThresholds,
  findNodeType,
  type NodeType,
  type Readings,
  type Rule,
  ruleNamed,
  rules,
  rulesFor,
  runbook,
  type State,
  type Thresholds,
  watchTargetOf,
} from '@bookedbarber/elasticache';
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../../apps/server/src/operations/alerts/alert-facts.ts';
import {
  alertThresholds,
  alertThresholdsOf,
} from '../../../apps/server/src/operations/alerts/alert-thresholds.ts';
import { findAlerts } from '../../../apps/server/src/operations/alerts/alerts.ts';

type Case = {
  threshold: keyof Thresholds;
  to: number;
  rule: string;
  /** Between the shipped limit and the moved one: wrong by one of them alone. */
  between: number;
  lookups?: number;
  node?: string;
};

const allowed = 100;

const cases: readonly Case[] = [
  { threshold: 'memoryTicketPercent', to: 60, rule: 'memory_high', between: 70 },
  { threshold: 'memoryPagePercent', to: 97, rule: 'memory_full', between: 95 },
  { threshold: 'connectionsPercent', to: 50, rule: 'connections', between: 0.7 * allowed },
  { threshold: 'hitRatePercent', to: 70, rule: 'hit_rate', between: 80, lookups: 1000 },
  { threshold: 'hitRateLookups', to: 2000, rule: 'hit_rate', between: 50, lookups: 1000 },
  { threshold: 'evictions', to: 100, rule: 'evictions', between: 50 },
  { threshold: 'corePercent', to: 60, rule: 'cpu', between: 40 },
  {
    threshold: 'engineTicketPercent',
    to: 50,
    rule: 'engine_cpu_high',
    between: 60,
    node: 'cache.r6g.xlarge',
  },
  { threshold: 'enginePagePercent', to: 95, rule: 'engine_cpu_full', between: 92, node: 'cache.r6g.xlarge' },
  { threshold: 'creditPercent', to: 50, rule: 'cpu_credits', between: 200 },
  { threshold: 'networkPackets', to: 10, rule: 'network_in', between: 5 },
  { threshold: 'networkPackets', to: 10, rule: 'network_out', between: 5 },
  { threshold: 'trafficManagement', to: 2, rule: 'traffic_management', between: 1 },
  { threshold: 'freeableBytes', to: 200_000_000, rule: 'freeable_memory', between: 150_000_000 },
  { threshold: 'swapBeyondFreeableBytes', to: 50_000_000, rule: 'swap', between: 20_000_000 },
  { threshold: 'replicationLagSeconds', to: 5, rule: 'replication_lag', between: 20 },
  { threshold: 'authenticationFailures', to: 10, rule: 'authentication_failures', between: 5 },
];

/** What all five say about one rule, by some thresholds. */
function read(
  { rule: name, between, lookups = 1000, node = 'cache.t4g.small' }: Case,
  thresholds: Thresholds,
) {
  const rule = ruleNamed(name);
  const state = stateOn(nodeNamed(node));
  const target = watchTargetOf(state);
  const readings: Readings = { [rule.metric]: between, lookups };
  return {
    alarms: alarmDefinitions(target, thresholds)
      .filter((alarm) => alarm.rule === name)
      .map(({ threshold, expression }) => ({ threshold, expression })),
    dashboard: dashboard(target, thresholds)
      .filter(({ title }) => title === rule.metric)
      .flatMap(({ annotations }) => annotations.filter(({ label }) => label.startsWith(rule.title))),
    advise: advise(state, readings, thresholds).findings.map((finding) => finding.rule.name),
    runbook: runbook(thresholds)
      .split('\n')
      .filter((line) => line.startsWith(`| [${name}]`)),
    health: findAlerts(factsOf(rule, between, lookups), alertThresholdsOf(thresholds)).map(
      ({ code, severity }) => `${severity} ${code}`,
    ),
  };
}

function nodeNamed(name: string): NodeType {
  const node = findNodeType(name);
  if (node === undefined) throw new TypeError(name);
  return node;
}

function stateOn(node: NodeType): State {
  return {
    group: 'shop',
    region: 'us-east-1',
    node,
    engine: 'redis',
    engineVersion: '7.1',
    clusterMode: false,
    shards: 1,
    replicasPerShard: 1,
    multiAz: true,
    database: 0,
    connectionsAllowed: allowed,
    connectionBudget: allowed,
    connectionsOfProcess: 6,
    secondaryRegions: [],
  };
}

/** What the server knows when a metric has that value and all else is well. */
function factsOf({ metric }: Rule, value: number, lookups: number): Facts {
  const percent = metric === 'DatabaseMemoryUsagePercentage' ? value : 10;
  const hits = metric === 'CacheHitRate' ? (lookups * value) / 100 : lookups;
  return {
    redis: {
      available: true,
      usedMemoryBytes: percent,
      maxMemoryBytes: 100,
      connectedClients: metric === 'CurrConnections' ? value : 1,
      maxClients: 65_000,
      operationsPerSecond: 1,
      evictedKeys: metric === 'Evictions' ? value : 0,
      evictionPolicy: 'allkeys-lru',
      skewMs: 0,
      fleet: { hits, lookups, processes: 1 },
    },
    connectionBudget: allowed,
    pendingInvalidations: 0,
    limits: 'redis',
    queue: 'shared',
    outbox: { states: {}, late: 0, lagMs: 0, paused: 0, pauses: [], workers: [], tasks: [] },
    nowMs: 0,
  };
}

describe('a changed threshold changes every reader that sees the metric', () => {
  test.each(cases)('$threshold ($rule)', (one) => {
    const before = read(one, defaultThresholds);
    const after = read(one, { ...defaultThresholds, [one.threshold]: one.to });
    expect(before.alarms.length).toBeGreaterThan(0);
    expect(after.alarms).not.toEqual(before.alarms);
    expect(before.dashboard).toHaveLength(1);
    expect(after.dashboard).not.toEqual(before.dashboard);
    expect(after.advise).not.toEqual(before.advise);
    expect(before.runbook).toHaveLength(1);
    expect(after.runbook).not.toEqual(before.runbook);
    const isSeen = 'code' in ruleNamed(one.rule).health;
    if (isSeen) expect(after.health).not.toEqual(before.health);
    else expect(after.health).toEqual(before.health);
  });

  test('the cases cover every threshold and every rule', () => {
    expect(new Set(cases.map(({ threshold }) => threshold))).toEqual(new Set(Object.keys(defaultThresholds)));
    expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });
});

describe('without thresholds as an argument, the readers', () => {
  const target = watchTargetOf(stateOn(nodeNamed('cache.t4g.small')));

  test('use the default thresholds', () => {
    expect(alarmDefinitions(target)).toEqual(alarmDefinitions(target, defaultThresholds));
    expect(dashboard(target)).toEqual(dashboard(target, defaultThresholds));
    expect(runbook()).toBe(runbook(defaultThresholds));
    expect(alertThresholds).toEqual(alertThresholdsOf(defaultThresholds));
    const readings: Readings = { DatabaseMemoryUsagePercentage: 85 };
    const state = stateOn(nodeNamed('cache.t4g.small'));
    expect(advise(state, readings)).toEqual(advise(state, readings, defaultThresholds));
  });
});

describe('the alerts of the server and the advice agree', () => {
  const seen = cases.filter(({ rule }) => 'code' in ruleNamed(rule).health);

  test.each(seen)('on both sides of the limit of $rule', (one) => {
    const rule = ruleNamed(one.rule);
    const state = stateOn(nodeNamed('cache.t4g.small'));
    const limit = rule.limit(defaultThresholds, watchTargetOf(state));
    for (const value of [limit - 0.001 * Math.max(limit, 1000), limit, limit + 1].map((it) =>
      Math.max(0, it),
    )) {
      const advised = advise(state, { [rule.metric]: value, lookups: 100_000 }).findings;
      const alerts = findAlerts(factsOf(rule, value, 100_000));
      const severities = (of: readonly { severity: string }[]) => of.map(({ severity }) => severity);
      expect(severities(advised.map((finding) => finding.rule))).toEqual(severities(alerts));
    }
  });
});

test('exactly these metrics are invisible to the alerts of the server, each with a reason', () => {
  const notMonitored = rules.flatMap(({ metric, health }) =>
    'notMonitored' in health ? [{ metric, ...health }] : [],
  );
  expect([...new Set(notMonitored.map(({ metric }) => metric))]).toEqual([
    'CPUUtilization',
    'EngineCPUUtilization',
    'CPUCreditBalance',
    'NetworkBandwidthInAllowanceExceeded',
    'NetworkBandwidthOutAllowanceExceeded',
    'TrafficManagementActive',
    'FreeableMemory',
    'SwapBeyondFreeable',
    'ReplicationLag',
    'AuthenticationFailures',
  ]);
  for (const { notMonitored: reason } of notMonitored) expect(reason).not.toBe('');
});

test('every rule applies to some node', () => {
  const targets = ['cache.t4g.small', 'cache.r6g.xlarge'].map((name) =>
    watchTargetOf(stateOn(nodeNamed(name))),
  );
  const watched = new Set(targets.flatMap((target) => rulesFor(target).map(({ name }) => name)));
  expect(watched).toEqual(new Set(rules.map(({ name }) => name)));
});
