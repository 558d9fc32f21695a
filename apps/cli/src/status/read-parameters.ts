import type { Plan } from '@bookedbarber/elasticache';
import { parameterGroupOf, parametersOfGroup } from '../shared/aws/parameters.ts';
import { Failure } from '../shared/user-error.ts';
import type { GroupParameters } from './aws-status.ts';

/**
 * The parameters of the deployed group, of which all nodes use the same. Without permission for them, the rest of the
 * status is still reported.
 */
export async function readParameters(plan: Plan, nodes: readonly string[]): Promise<GroupParameters> {
  let group: string | null = null;
  try {
    const [node] = nodes;
    group = node === undefined ? null : await parameterGroupOf(plan, node);
    if (group === null)
      return { group, parameters: [], unreadable: 'AWS reports no parameter group for the nodes.' };
    return { group, parameters: await parametersOfGroup(plan, group), unreadable: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { group, parameters: [], unreadable: error.message };
  }
}
