import type { CloudFormation } from '../../shared/aws/clients.ts';
import { type ClusterModeError, clusterModeErrors } from '../data-loss/cluster-mode-step.ts';
import { type DestructiveChange, destructiveChangesOf } from '../data-loss/destructive-changes.ts';
import type { PlannedStack } from './assembly.ts';
import { withChangeSet } from './change-set.ts';
import { changesByTemplates, changesOf, type ResourceChange } from './resource-change.ts';
import { stackState } from './stack-state.ts';
import { isSame } from './template.ts';
import type { InterruptibleWait } from './waiting.ts';

/** What would change in a stack. */
export type StackDiff = {
  readonly stack: PlannedStack;
  readonly kind: 'new' | 'changed' | 'same';
  readonly changes: readonly ResourceChange[];
  readonly destructiveChanges: readonly DestructiveChange[];
  /** Steps to cluster mode that ElastiCache does not take. */
  readonly faults: readonly ClusterModeError[];
};

/**
 * Compares a stack with what is deployed, and leaves nothing behind. Of a new one CloudFormation is not asked: its change
 * set would need what other new stacks export. Throws Failure.
 */
export async function diffOf(
  cloud: CloudFormation,
  stack: PlannedStack,
  name: string,
  waiting: InterruptibleWait,
): Promise<StackDiff> {
  const { isNew, template } = await stackState(cloud, stack.name);
  const byTemplates = changesByTemplates(template, stack.template);
  const nothing = { stack, changes: [], destructiveChanges: [], faults: [] };
  if (isNew) return { ...nothing, kind: 'new', changes: byTemplates };
  if (isSame(template, stack.template)) return { ...nothing, kind: 'same' };
  const faults = clusterModeErrors(template, stack.template);
  let diff: StackDiff = { ...nothing, kind: 'same' };
  await withChangeSet(cloud, { stack, isNew, name, waiting }, async (set) => {
    const changes =
      set.kind === 'changes'
        ? changesOf(set.changes, stack.template)
        : set.kind === 'waits'
          ? byTemplates
          : [];
    // Of a change that is outputs alone there is no resource to tell of.
    const kind = set.kind === 'nothing' ? 'same' : 'changed';
    diff = {
      stack,
      kind,
      changes,
      destructiveChanges: destructiveChangesOf(template, stack.template, changes),
      faults,
    };
    return 'left';
  });
  return diff;
}
