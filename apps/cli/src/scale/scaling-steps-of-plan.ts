import {
  type Advice,
  advise,
  clusterModeOf,
  connectionsOfProcess,
  type Plan,
  type Readings,
  type Rung,
  type Step,
  stateOfPlan,
} from '@bookedbarber/elasticache';

/** The ladder of a plan, with the rung that comes next whether or not it is due. */
export type LadderOfPlan = {
  readonly ladder: readonly Rung[];
  readonly next: Rung | null;
  readonly why: string;
};

/** What the plan alone says: the next rung in order, until everything of it is done. */
export function ladderOfPlan(plan: Plan): LadderOfPlan {
  const { ladder, next } = advise(stateOf(plan), {});
  const step = next?.step ?? nextInOrder(plan, ladder);
  return marked(ladder, step, 'it comes next in order, whether or not it is due: --aws or `advise` say that');
}

/** What is due by what was read of the group. */
export function ladderByReadings(plan: Plan, readings: Readings): LadderOfPlan {
  const { ladder, next, why }: Advice = advise(stateOf(plan), readings);
  return clusterModeOf(plan) === 'compatible'
    ? marked(ladder, 'cluster_mode', 'in the mode `compatible` nothing else can be changed')
    : { ladder, next, why };
}

export function stateOf(plan: Plan) {
  return stateOfPlan(plan, connectionsOfProcess(plan, 'worker'));
}

function nextInOrder(plan: Plan, ladder: readonly Rung[]): Step {
  const hasLarger = ladder.some(({ step, to }) => step === 'vertical' && to !== null);
  return clusterModeOf(plan) !== 'compatible' && hasLarger ? 'vertical' : 'cluster_mode';
}

function marked(ladder: readonly Rung[], step: Step, why: string): LadderOfPlan {
  const all = ladder.map((rung): Rung => {
    if (rung.step === step) return { ...rung, status: 'next' };
    return rung.status === 'next' ? { ...rung, status: 'later' } : rung;
  });
  return { ladder: all, next: all.find(({ status }) => status === 'next') ?? null, why };
}
