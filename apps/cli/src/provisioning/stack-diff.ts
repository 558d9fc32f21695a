import type { CloudFormation } from '../aws/clients.ts';
import type { PlannedStack } from './assembly.ts';
import { withChangeSet } from './change-set.ts';
import { type Loss, lossesOf } from './losses.ts';
import { changesByTemplates, changesOf, type ResourceChange } from './resource-change.ts';
import { stackState } from './stack-state.ts';
import { isSame } from './template.ts';
import type { Waiting } from './waiting.ts';

/** What would change in a stack. */
export type StackDiff = {
  readonly stack: PlannedStack;
  readonly kind: 'new' | 'changed' | 'same';
  readonly changes: readonly ResourceChange[];
  readonly losses: readonly Loss[];
};

/**
 * Compares a stack with what is deployed, and leaves nothing behind. Of a new one CloudFormation is not asked: its change
 * set would need what other new stacks export. Throws Failure.
 */
export async function diffOf(
  cloud: CloudFormation,
  stack: PlannedStack,
  name: string,
  waiting: Waiting,
): Promise<StackDiff> {
  const { isNew, template } = await stackState(cloud, stack.name);
  const byTemplates = changesByTemplates(template, stack.template);
  if (isNew) return { stack, kind: 'new', changes: byTemplates, losses: [] };
  if (isSame(template, stack.template)) return { stack, kind: 'same', changes: [], losses: [] };
  let diff: StackDiff = { stack, kind: 'same', changes: [], losses: [] };
  await withChangeSet(cloud, { stack, isNew, name, waiting }, async (set) => {
    const changes = set.kind === 'changes' ? changesOf(set.changes) : set.kind === 'waits' ? byTemplates : [];
    // Of a change that is outputs alone there is no resource to tell of.
    const kind = set.kind === 'nothing' ? 'same' : 'changed';
    diff = { stack, kind, changes, losses: lossesOf(template, stack.template, changes) };
    return 'left';
  });
  return diff;
}
