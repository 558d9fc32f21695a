import type { CloudFormation } from '../../shared/aws/clients.ts';
import { type ClusterModeError, clusterModeErrors } from '../data-loss/cluster-mode-step.ts';
import { type DestructiveChange, destructiveChangesOf } from '../data-loss/destructive-changes.ts';
import type { PlannedStack } from './assembly.ts';
import { withChangeSet } from './change-set.ts';
import { changesByTemplates, changesOf, type ResourceChange } from './resource-change.ts';
import { stackState } from './stack-state.ts';
import { isSame } from './template.ts';
import type { InterruptibleWait } from './waiting.ts';

/** The changes in a stack. */
export type StackDiff = {
  readonly stack: PlannedStack;
  readonly kind: 'new' | 'changed' | 'same';
  readonly changes: readonly ResourceChange[];
  readonly destructiveChanges: readonly DestructiveChange[];
  /** Changes of the cluster mode that ElastiCache rejects. */
  readonly errors: readonly ClusterModeError[];
};

/**
 * Compares a stack with the deployed one. Leaves no change set behind. Creates none for a new stack, which may import
 * values of other new stacks. Throws Failure.
 */
export async function diffOf(
  cloud: CloudFormation,
  stack: PlannedStack,
  name: string,
  waiting: InterruptibleWait,
): Promise<StackDiff> {
  const { isNew, template } = await stackState(cloud, stack.name);
  const byTemplates = changesByTemplates(template, stack.template);
  const nothing = { stack, changes: [], destructiveChanges: [], errors: [] };
  if (isNew) return { ...nothing, kind: 'new', changes: byTemplates };
  if (isSame(template, stack.template)) return { ...nothing, kind: 'same' };
  const errors = clusterModeErrors(template, stack.template);
  let diff: StackDiff = { ...nothing, kind: 'same' };
  await withChangeSet(cloud, { stack, isNew, name, waiting }, async (set) => {
    const changes =
      set.kind === 'changes'
        ? changesOf(set.changes, stack.template)
        : set.kind === 'waits'
          ? byTemplates
          : [];
    // A change of outputs only has no resource changes.
    const kind = set.kind === 'nothing' ? 'same' : 'changed';
    diff = {
      stack,
      kind,
      changes,
      destructiveChanges: destructiveChangesOf(template, stack.template, changes),
      errors,
    };
    return 'left';
  });
  return diff;
}
