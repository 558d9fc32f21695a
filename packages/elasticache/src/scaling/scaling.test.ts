import { describe, expect, test } from 'vitest';
import { findNodeType, type NodeType } from '../facts/node-types.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { readPlan } from '../plan/read-plan.ts';
import { validatePlan } from '../plan/validate-plan.ts';
import { completeFigures } from '../sizing/figures.ts';
import { applyStep, type ScalingStep } from './apply-step.ts';
import { measuredOn, type Peaks } from './measured-needs.ts';
import { nextNode, previousNode } from './neighbors.ts';

const plan = makePlan(completeFigures({ barbers: 8, users: 500 }), { nodeType: 'cache.t4g.small' });
const compatible: Plan = { ...plan, clusterModeMigration: 'compatible' };
const enabled: Plan = { ...plan, clusterMode: true, clusterModeMigration: 'enabled' };

function node(name: string): NodeType {
  const found = findNodeType(name);
  if (found === undefined) throw new Error(name);
  return found;
}

const codes = (of: Plan, step: ScalingStep) => applyStep(of, step).errors.map(({ code }) => code);

describe('the recommended node types', () => {
  test('are the same upward and downward, and end at both ends', () => {
    const up = ['cache.t4g.small', 'cache.t4g.medium', 'cache.r6g.large', 'cache.r6g.xlarge'];
    for (const [at, name] of up.entries()) {
      const state = { node: node(name) };
      if (at < up.length - 1) expect(nextNode(state)).toBe(up[at + 1]);
      expect(previousNode(state)).toBe(up[at - 1]);
    }
    expect(nextNode({ node: node('cache.r6g.4xlarge') })).toBeUndefined();
  });

  test('include a larger and a smaller one for any other node type', () => {
    const other = { node: node('cache.r7g.large') };
    expect([previousNode(other), nextNode(other)]).toEqual(['cache.t4g.medium', 'cache.r6g.xlarge']);
    expect([previousNode({ node: null }), nextNode({ node: null })]).toEqual([undefined, undefined]);
  });
});

describe('applyStep', () => {
  test.each<[string, Plan, ScalingStep, Partial<Plan>]>([
    [
      'changes only the node type',
      plan,
      { kind: 'node', nodeType: 'cache.r7g.large' },
      { nodeType: 'cache.r7g.large' },
    ],
    [
      'disables Multi-AZ when it removes the last replica',
      plan,
      { kind: 'replicas', replicas: 0 },
      { replicasPerShard: 0, multiAz: false, automaticFailover: false },
    ],
    [
      'starts the migration to cluster mode with compatible',
      plan,
      { kind: 'cluster_mode', to: 'compatible' },
      { clusterMode: false, clusterModeMigration: 'compatible' },
    ],
    [
      'completes the migration to cluster mode with one shard',
      compatible,
      { kind: 'cluster_mode', to: 'enabled' },
      { clusterMode: true, clusterModeMigration: 'enabled', shards: 1 },
    ],
    ['adds a shard in cluster mode', enabled, { kind: 'shards', shards: 2 }, { shards: 2 }],
  ])('%s', (_name, before, step, change) => {
    expect(applyStep(before, step)).toEqual({ plan: { ...before, ...change }, errors: [] });
  });

  test.each<[string, Plan, ScalingStep, string]>([
    ['skipping compatible', plan, { kind: 'cluster_mode', to: 'enabled' }, 'cluster_mode_skipped'],
    ['disabling cluster mode', enabled, { kind: 'cluster_mode', to: 'compatible' }, 'cluster_mode_back'],
    ['repeating the same step', compatible, { kind: 'cluster_mode', to: 'compatible' }, 'no_change'],
    [
      'any other step in compatible mode',
      compatible,
      { kind: 'node', nodeType: 'cache.t4g.medium' },
      'compatible_first',
    ],
    [
      'adding shards without cluster mode',
      plan,
      { kind: 'shards', shards: 2 },
      'shards_without_cluster_mode',
    ],
    [
      'changing replicas in cluster mode, which would replace the group',
      enabled,
      { kind: 'replicas', replicas: 2 },
      'replicas_in_cluster_mode',
    ],
    ['the current node type', plan, { kind: 'node', nodeType: 'cache.t4g.small' }, 'no_change'],
    ['an unknown node type', plan, { kind: 'node', nodeType: 'cache.t4g.large' }, 'node_type_unknown'],
    [
      'cluster mode without a replica',
      { ...plan, replicasPerShard: 0, multiAz: false, automaticFailover: false },
      { kind: 'cluster_mode', to: 'compatible' },
      'migration_without_failover',
    ],
    [
      'cluster mode with a database other than 0',
      { ...plan, clients: { ...plan.clients, database: 2 } },
      { kind: 'cluster_mode', to: 'compatible' },
      'migration_database',
    ],
  ])('rejects %s', (_name, before, step, code) => expect(codes(before, step)).toEqual([code]));

  test('rejects a node type that is too small and names the missing capacity', () => {
    const busy = { ...plan, nodeType: 'cache.r6g.large', figures: { ...plan.figures, users: 9000 } };
    expect(codes(busy, { kind: 'node', nodeType: 'cache.t4g.small' })).toContain('node_too_small_network');
  });
});

test('a plan in migration reads back unchanged, and a contradictory one is rejected', () => {
  expect(readPlan(JSON.parse(JSON.stringify(compatible)))).toEqual({ plan: compatible, errors: [] });
  expect(readPlan({ ...plan, clusterModeMigration: 'disabled' }).errors[0]?.path).toBe(
    'clusterModeMigration',
  );
  for (const wrong of [
    { ...compatible, clusterMode: true },
    { ...enabled, clusterMode: false },
  ])
    expect(validatePlan(wrong).map(({ code }) => code)).toEqual(['migration_contradiction']);
});

describe('measuredOn', () => {
  const peaks: Peaks = {
    DatabaseMemoryUsagePercentage: 10,
    CPUUtilization: 15,
    EngineCPUUtilization: null,
    NetworkBytesIn: 30e6,
    NetworkBytesOut: 60e6,
  };
  const on = (to: string, change: Partial<Peaks> = {}) =>
    measuredOn({ ...peaks, ...change }, { from: node('cache.r6g.large'), to: node(to), reservedPercent: 25 });
  const tooMuch = (to: string, change: Partial<Peaks> = {}) =>
    on(to, change).flatMap(({ name, fits }) => (fits ? [] : [name]));

  test('compares memory, CPU and network', () => {
    expect(tooMuch('cache.t4g.medium')).toEqual([]);
    expect(tooMuch('cache.t4g.small')).toEqual(['memory']);
    expect(tooMuch('cache.t4g.medium', { CPUUtilization: 25 })).toEqual(['cpu']);
    expect(tooMuch('cache.t4g.medium', { NetworkBytesOut: 3e9 })).toEqual(['network']);
  });

  test('omits dimensions without values', () => {
    expect(on('cache.t4g.medium', { CPUUtilization: null }).map(({ name }) => name)).toEqual([
      'memory',
      'network',
    ]);
  });

  test('uses the CPU of the engine thread on nodes of four vCPUs', () => {
    const [cpu] = measuredOn(
      { ...peaks, DatabaseMemoryUsagePercentage: null, EngineCPUUtilization: 50 },
      { from: node('cache.r6g.xlarge'), to: node('cache.r6g.large'), reservedPercent: 25 },
    );
    expect(cpu).toMatchObject({ name: 'cpu', need: 0.5, fits: true });
  });
});
