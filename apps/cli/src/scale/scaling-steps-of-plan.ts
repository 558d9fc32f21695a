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

/** The ladder of a plan, with the rung that comes next whether or not it is due. */
export type ScalingOptions = {
  readonly ladder: readonly ScalingAdvice[];
  readonly next: ScalingAdvice | null;
  readonly why: string;
};

/** What the plan alone says: the next rung in order, until everything of it is done. */
export function scalingOptionsOf(plan: Plan): ScalingOptions {
  const { steps: ladder, next } = advise(stateOf(plan), {});
  const step = next?.step ?? nextInOrder(plan, ladder);
  return marked(ladder, step, 'it comes next in order, whether or not it is due: --aws or `advise` say that');
}

/** What is due by what was read of the group. */
export function scalingOptionsFromReadings(plan: Plan, readings: Readings): ScalingOptions {
  const { steps: ladder, next, why }: Advice = advise(stateOf(plan), readings);
  return clusterModeOf(plan) === 'compatible'
    ? marked(ladder, 'cluster_mode', 'in the mode `compatible` nothing else can be changed')
    : { ladder, next, why };
}

export function stateOf(plan: Plan) {
  return groupStateOfPlan(plan, connectionsOfProcess(plan, 'worker'));
}

function nextInOrder(plan: Plan, ladder: readonly ScalingAdvice[]): Step {
  const hasLarger = ladder.some(({ step, to }) => step === 'vertical' && to !== null);
  return clusterModeOf(plan) !== 'compatible' && hasLarger ? 'vertical' : 'cluster_mode';
}

function marked(ladder: readonly ScalingAdvice[], step: Step, why: string): ScalingOptions {
  const all = ladder.map((rung): ScalingAdvice => {
    if (rung.step === step) return { ...rung, status: 'next' };
    return rung.status === 'next' ? { ...rung, status: 'later' } : rung;
  });
  return { ladder: all, next: all.find(({ status }) => status === 'next') ?? null, why };
}
