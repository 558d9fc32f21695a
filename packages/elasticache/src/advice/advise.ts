import { nextNode } from '../scaling/neighbors.ts';
import { type Finding, findings, type Readings } from '../thresholds/findings.ts';
import { defaultThresholds, type Thresholds } from '../thresholds/thresholds.ts';
import type { ScalingAdvice, ScalingStepName } from './scaling-step.ts';
import { clusterMode, globalDatastore, multiAz, vertical } from './scaling-steps.ts';
import { type GroupState, watchTargetOf } from './state.ts';

export type Advice = {
  readonly findings: readonly Finding[];
  /** All steps in order; at most one has the status `next`. */
  readonly steps: readonly ScalingAdvice[];
  readonly next: ScalingAdvice | null;
  readonly why: string;
};

/** Findings that scaling fixes. The others need an investigation, not a larger node. */
const fixedByScaling = new Set([
  'memory_high',
  'memory_full',
  'evictions',
  'cpu',
  'engine_cpu_high',
  'engine_cpu_full',
  'cpu_credits',
  'network_in',
  'network_out',
  'traffic_management',
  'freeable_memory',
  'swap',
  'replication_lag',
]);

/** Of these, the findings that a node without CPU credits fixes. */
const fixedByCpu = new Set(['cpu', 'cpu_credits']);

/** Of these, the findings that only cluster mode fixes: Redis runs commands on one thread of a node. */
const fixedByClusterMode = new Set(['engine_cpu_high', 'engine_cpu_full']);

/**
 * Returns the findings and the next scaling step: a larger node while one helps, then a replica in another zone, then
 * cluster mode. A Global Datastore is listed but never recommended.
 */
export function advise(
  state: GroupState,
  readings: Readings,
  thresholds: Thresholds = defaultThresholds,
): Advice {
  const found = findings(readings, watchTargetOf(state), thresholds);
  const { step, why } = choose(state, found);
  const isShortOfCpu = found.some(({ rule }) => fixedByCpu.has(rule.name));
  const isSafe = (state.replicasPerShard ?? 0) > 0 && state.multiAz;
  const steps = [
    { ...multiAz(state), status: isSafe ? 'done' : 'later' },
    {
      ...vertical(state, isShortOfCpu),
      status: state.node !== null && nextNode(state) === undefined ? 'none left' : 'later',
    },
    { ...clusterMode(state), status: 'later' },
    { ...globalDatastore(state), status: state.secondaryRegions.length > 0 ? 'done' : 'later' },
  ].map((it) => (it.step === step ? { ...it, status: 'next' } : it)) as ScalingAdvice[];
  return { findings: found, steps, next: steps.find(({ status }) => status === 'next') ?? null, why };
}

function choose(state: GroupState, found: readonly Finding[]): { step: ScalingStepName | null; why: string } {
  const pressing = found.filter(({ rule }) => fixedByScaling.has(rule.name));
  const titles = pressing.map(({ rule }) => inSentence(rule.title)).join('; ');
  if (pressing.some(({ rule }) => fixedByClusterMode.has(rule.name)))
    return { step: 'cluster_mode', why: `${titles}: a larger node does not make this thread faster` };
  if (pressing.length > 0) {
    const isTop = state.node !== null && nextNode(state) === undefined;
    return isTop
      ? { step: 'cluster_mode', why: `${titles}, and there is no larger supported node type` }
      : { step: 'vertical', why: titles };
  }
  if (state.replicasPerShard === 0 || (state.replicasPerShard !== null && !state.multiAz))
    return { step: 'multi_az', why: 'the loss of one node loses the cache, the limits and the queue' };
  return {
    step: null,
    why: found.length > 0 ? 'scaling does not fix these findings' : 'no finding requires scaling',
  };
}

/** Lowercases the first letter of a title, except in "CPU credits". */
function inSentence(title: string): string {
  return /^[A-Z]{2}/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}
