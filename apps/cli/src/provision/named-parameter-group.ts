import type { Plan } from '@bookedbarber/elasticache';
import { parametersOfGroup } from '../shared/aws/parameters.ts';
import { Failure } from '../shared/user-error.ts';

/**
 * Compares the parameter group that a plan names with the plan, because the deployment uses it as it is. Throws Failure
 * when they differ.
 */
export async function checkNamedParameterGroup(plan: Plan): Promise<void> {
  const { group } = plan.parameters;
  if (group === '') return;
  const differing = (await parametersOfGroup(plan, group)).filter(
    ({ value, expected }) => value !== null && value !== expected,
  );
  if (differing.length === 0) return;
  throw new Failure('parameter_group_differs', `The parameter group ${group} differs from the plan.`, {
    details: differing.map(({ name, value, expected }) => `${name} is ${value}, but must be ${expected}`),
    remediation:
      'Change these parameters in the group. Or leave parameters.group empty: the deployment then creates a parameter group.',
  });
}
