import {
  type Advice,
  advise,
  clusterModeOf,
  connectionsOfProcess,
  groupStateOfPlan,
  type Plan,
  type Readings,
  type ScalingAdvice,
  type Step,
} from '@bookedbarber/elasticache';

/** The scaling steps of a plan and the next one. */
export type ScalingOptions = {
  readonly steps: readonly ScalingAdvice[];
  readonly next: ScalingAdvice | null;
  readonly reason: string;
};

/** The scaling steps from the plan alone. The next step is the next in order, whether or not it is due. */
export function scalingOptionsOf(plan: Plan): ScalingOptions {
  const { steps, next } = advise(stateOf(plan), {});
  const step = next?.step ?? nextInOrder(plan, steps);
  return withNext(steps, step, 'the next step in order; --aws or `advise` show whether it is due');
}

/** The scaling steps with the one that is due according to the metrics of the group. */
export function scalingOptionsFromReadings(plan: Plan, readings: Readings): ScalingOptions {
  const { steps, next, why: reason }: Advice = advise(stateOf(plan), readings);
  return clusterModeOf(plan) === 'compatible'
    ? withNext(steps, 'cluster_mode', 'in the mode `compatible` no other setting can change')
    : { steps, next, reason };
}

export function stateOf(plan: Plan) {
  return groupStateOfPlan(plan, connectionsOfProcess(plan, 'worker'));
}

function nextInOrder(plan: Plan, steps: readonly ScalingAdvice[]): Step {
  const hasLarger = steps.some(({ step, to }) => step === 'vertical' && to !== null);
  return clusterModeOf(plan) !== 'compatible' && hasLarger ? 'vertical' : 'cluster_mode';
}

function withNext(steps: readonly ScalingAdvice[], next: Step, reason: string): ScalingOptions {
  const marked = steps.map((advice): ScalingAdvice => {
    if (advice.step === next) return { ...advice, status: 'next' };
    return advice.status === 'next' ? { ...advice, status: 'later' } : advice;
  });
  return { steps: marked, next: marked.find(({ status }) => status === 'next') ?? null, reason };
}
