import type { NodeType, Plan, State } from '@bookedbarber/elasticache';
import { Failure } from '../shared/user-error.ts';

/** The deployed node type. Throws Failure if it differs from the plan, because scaling steps start from the plan. */
export function currentNode(plan: Plan, { node }: State): NodeType {
  if (node?.name === plan.nodeType) return node;
  throw new Failure(
    'plan_not_built',
    `The plan has ${plan.nodeType}, but AWS has ${node?.name ?? 'another node type'}.`,
    { remediation: 'Provision the plan first, or set its node type to the deployed one.' },
  );
}
