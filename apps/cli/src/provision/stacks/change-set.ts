import type { Change, DescribeChangeSetCommandOutput } from '@aws-sdk/client-cloudformation';
import { onAws } from '../../shared/aws/aws-failure.ts';
import type { CloudFormation } from '../../shared/aws/clients.ts';
import { Failure } from '../../shared/user-error.ts';
import type { PlannedStack } from './assembly.ts';
import { templateFor } from './publish-template.ts';
import type { InterruptibleWait } from './waiting.ts';

/** A change set; `waits`: CloudFormation cannot compute it until another stack is deployed. */
export type ChangeSet =
  | { readonly kind: 'changes'; readonly id: string; readonly changes: readonly Change[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'waits' };

const pollIntervalMs = 2000;
const maxPolls = 300;

/**
 * Creates a change set and passes it to `use`. Deletes it afterwards, unless `use` returns 'executed'. Throws Failure.
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
  const created = await onAws(`Comparing ${stack.name} (cloudformation:CreateChangeSet)`, () =>
    cloud.createChangeSet({
      StackName: stack.name,
      ChangeSetName: name,
      ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      Description: 'Created by bookedbarber provision',
      ...template,
    }),
  );
  const id = created.Id ?? name;
  let outcome: 'executed' | 'left' = 'left';
  try {
    outcome = await use(await waitForChangeSet(cloud, stack.name, id, waiting));
  } finally {
    if (outcome === 'left')
      await onAws(`Deleting a change set of ${stack.name} (cloudformation:DeleteChangeSet)`, () =>
        cloud.deleteChangeSet({ StackName: stack.name, ChangeSetName: id }),
      );
  }
}

async function waitForChangeSet(
  cloud: CloudFormation,
  stack: string,
  id: string,
  waiting: InterruptibleWait,
): Promise<ChangeSet> {
  for (let poll = 0; poll < maxPolls; poll += 1) {
    const page = await pageOf(cloud, stack, id);
    if (page.Status === 'FAILED') return fromFailure(stack, page.StatusReason ?? 'no reason reported');
    if (page.Status === 'CREATE_COMPLETE')
      return { kind: 'changes', id, changes: await allChanges(cloud, stack, id, page) };
    await waiting.pause(pollIntervalMs);
  }
  throw new Failure(
    'change_set_timed_out',
    `CloudFormation did not finish the change set of ${stack} in time.`,
    {
      remediation: 'Repeat the command later. health.aws.amazon.com shows the status of AWS.',
    },
  );
}

/** CloudFormation reports an empty change set as a failure; only the text of the reason identifies it. */
function fromFailure(stack: string, reason: string): ChangeSet {
  if (/didn't contain changes|No updates are to be performed/i.test(reason)) return { kind: 'nothing' };
  if (/No export named/i.test(reason)) return { kind: 'waits' };
  throw new Failure('change_set_failed', `CloudFormation rejected the template of ${stack}.`, {
    details: [reason],
    remediation: 'Correct the deployment as the reason states, and repeat the command.',
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
  return onAws(`Reading the change set of ${stack} (cloudformation:DescribeChangeSet)`, () =>
    cloud.describeChangeSet({
      StackName: stack,
      ChangeSetName: id,
      ...(next === undefined ? {} : { NextToken: next }),
    }),
  );
}
