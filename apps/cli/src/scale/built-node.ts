import type { NodeType, Plan, State } from '@bookedbarber/elasticache';
import { Failure } from '../shared/user-error.ts';

/** The node that a group has, which has to be the one of its plan: a step is counted from there. Throws Failure. */
export function currentNode(plan: Plan, { node }: State): NodeType {
  if (node?.name === plan.nodeType) return node;
  throw new Failure(
    'plan_not_built',
    `The plan has ${plan.nodeType}, and AWS has ${node?.name ?? 'another node'}.`,
    { remediation: 'Provision the plan as it is first, or change it to what is built.' },
  );
}
