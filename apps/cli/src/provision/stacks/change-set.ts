import type { Change, DescribeChangeSetCommandOutput } from '@aws-sdk/client-cloudformation';
import { onAws } from '../../shared/aws/aws-failure.ts';
import type { CloudFormation } from '../../shared/aws/clients.ts';
import { Failure } from '../../shared/user-error.ts';
import type { PlannedStack } from './assembly.ts';
import { templateFor } from './publish-template.ts';
import type { InterruptibleWait } from './waiting.ts';

/** What CloudFormation would do; `waits`: it cannot tell before another stack is deployed. */
export type ChangeSet =
  | { readonly kind: 'changes'; readonly id: string; readonly changes: readonly Change[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'waits' };

const pollIntervalMs = 2000;
const maxLooks = 300;

/**
 * Has CloudFormation work out a change set and hands it to `use`; it is deleted afterwards, unless `use` returns that it is
 * being executed. Throws Failure.
 */
export async function withChangeSet(
  cloud: CloudFormation,
  {
    stack,
    isNew,
    name,
    waiting,
  }: { stack: PlannedStack; isNew: boolean; name: string; waiting: InterruptibleWait },
  use: (set: ChangeSet) => Promise<'executed' | 'left'>,
): Promise<void> {
  const template = await templateFor(stack);
  const made = await onAws(`Comparing ${stack.name} (cloudformation:CreateChangeSet)`, () =>
    cloud.createChangeSet({
      StackName: stack.name,
      ChangeSetName: name,
      ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      Description: 'Made by bookedbarber provision',
      ...template,
    }),
  );
  const id = made.Id ?? name;
  let outcome: 'executed' | 'left' = 'left';
  try {
    outcome = await use(await whenMade(cloud, stack.name, id, waiting));
  } finally {
    if (outcome === 'left')
      await onAws(`Deleting a change set of ${stack.name} (cloudformation:DeleteChangeSet)`, () =>
        cloud.deleteChangeSet({ StackName: stack.name, ChangeSetName: id }),
      );
  }
}

async function whenMade(
  cloud: CloudFormation,
  stack: string,
  id: string,
  waiting: InterruptibleWait,
): Promise<ChangeSet> {
  for (let look = 0; look < maxLooks; look += 1) {
    const page = await pageOf(cloud, stack, id);
    if (page.Status === 'FAILED') return failed(stack, page.StatusReason ?? 'no reason is given');
    if (page.Status === 'CREATE_COMPLETE')
      return { kind: 'changes', id, changes: await allChanges(cloud, stack, id, page) };
    await waiting.pause(pollIntervalMs);
  }
  throw new Failure('change_set_timed_out', `CloudFormation does not say what would change in ${stack}.`, {
    remediation: 'Repeat the command later; the state of AWS is on health.aws.amazon.com.',
  });
}

/** The only sign of an empty change set is the text of its reason. */
function failed(stack: string, reason: string): ChangeSet {
  if (/didn't contain changes|No updates are to be performed/i.test(reason)) return { kind: 'nothing' };
  if (/No export named/i.test(reason)) return { kind: 'waits' };
  throw new Failure('change_set_failed', `CloudFormation refuses the template of ${stack}.`, {
    details: [reason],
    remediation: 'Mend what the reason names in the deployment, and repeat the command.',
  });
}

async function allChanges(
  cloud: CloudFormation,
  stack: string,
  id: string,
  first: DescribeChangeSetCommandOutput,
): Promise<Change[]> {
  const changes = [...(first.Changes ?? [])];
  for (let next = first.NextToken; next !== undefined; ) {
    const page = await pageOf(cloud, stack, id, next);
    changes.push(...(page.Changes ?? []));
    next = page.NextToken;
  }
  return changes;
}

function pageOf(cloud: CloudFormation, stack: string, id: string, next?: string) {
  return onAws(`Reading what would change in ${stack} (cloudformation:DescribeChangeSet)`, () =>
    cloud.describeChangeSet({
      StackName: stack,
      ChangeSetName: id,
      ...(next === undefined ? {} : { NextToken: next }),
    }),
  );
}
