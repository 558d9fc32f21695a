import { nextNode } from '../scaling/neighbors.ts';
import { type Finding, findings, type Readings } from '../thresholds/findings.ts';
import { defaultThresholds, type Thresholds } from '../thresholds/thresholds.ts';
import type { ScalingAdvice, ScalingStepName } from './scaling-step.ts';
import { clusterMode, globalDatastore, multiAz, vertical } from './scaling-steps.ts';
import { type GroupState, watchTargetOf } from './state.ts';

export type Advice = {
  readonly findings: readonly Finding[];
  /** All rungs in order; at most one is next. */
  readonly steps: readonly ScalingAdvice[];
  readonly next: ScalingAdvice | null;
  readonly why: string;
};

/** Findings that a larger node mends. The others want somebody to look, not to pay. */
const wantsMore = new Set([
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

/** Of these, what a node without credits mends. */
const wantsCpu = new Set(['cpu', 'cpu_credits']);

/** Of these, what a larger node does not mend once it has four vCPUs: the one thread that runs commands is the limit. */
const wantsCores = new Set(['engine_cpu_high', 'engine_cpu_full']);

/**
 * What is wrong, and the next rung of the ladder: a larger node while there is one that helps, a replica in another zone
 * before anything that shares data out, then cluster mode, and another region only for whoever wants one.
 */
export function advise(
  state: GroupState,
  readings: Readings,
  thresholds: Thresholds = defaultThresholds,
): Advice {
  const found = findings(readings, watchTargetOf(state), thresholds);
  const { step, why } = choose(state, found);
  const isShortOfCpu = found.some(({ rule }) => wantsCpu.has(rule.name));
  const isSafe = (state.replicasPerShard ?? 0) > 0 && state.multiAz;
  const steps = [
    { ...multiAz(state), status: isSafe ? 'done' : 'later' },
    {
      ...vertical(state, isShortOfCpu),
      status: state.node !== null && nextNode(state) === undefined ? 'none left' : 'later',
    },
    { ...clusterMode(state), status: 'later' },
    { ...globalDatastore(state), status: state.secondaryRegions.length > 0 ? 'done' : 'later' },
  ].map((rung) => (rung.step === step ? { ...rung, status: 'next' } : rung)) as ScalingAdvice[];
  return { findings: found, steps, next: steps.find(({ status }) => status === 'next') ?? null, why };
}

function choose(state: GroupState, found: readonly Finding[]): { step: ScalingStepName | null; why: string } {
  const pressing = found.filter(({ rule }) => wantsMore.has(rule.name));
  const titles = pressing.map(({ rule }) => inSentence(rule.title)).join('; ');
  if (pressing.some(({ rule }) => wantsCores.has(rule.name)))
    return { step: 'cluster_mode', why: `${titles}: a larger node has no faster thread` };
  if (pressing.length > 0) {
    const isTop = state.node !== null && nextNode(state) === undefined;
    return isTop
      ? { step: 'cluster_mode', why: `${titles}, and there is no larger node on the ladder` }
      : { step: 'vertical', why: titles };
  }
  if (state.replicasPerShard === 0 || (state.replicasPerShard !== null && !state.multiAz))
    return { step: 'multi_az', why: 'one lost node loses the cache, the limits and the queue' };
  return {
    step: null,
    why:
      found.length > 0
        ? 'what is wrong is not mended by a larger server'
        : 'nothing asks for a larger server',
  };
}

/** "CPU credits" keeps its capitals. */
function inSentence(title: string): string {
  return /^[A-Z]{2}/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}
