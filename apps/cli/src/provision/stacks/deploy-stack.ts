import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { onAws } from '../../shared/aws/aws-failure.ts';
import type { CloudFormation } from '../../shared/aws/clients.ts';
import { Failure } from '../../shared/user-error.ts';
import { destructiveChangesOf } from '../data-loss/destructive-changes.ts';
import { rejectDestructiveChanges } from '../data-loss/refuse-destructive-changes.ts';
import type { PlannedStack } from './assembly.ts';
import { withChangeSet } from './change-set.ts';
import { deploymentFailure } from './deployment-failure.ts';
import { changesOf } from './resource-change.ts';
import { stackState } from './stack-state.ts';
import type { InterruptibleWait } from './waiting.ts';

export type Deploying = {
  /** Of the change set and of the execution, to tell its events from all others. */
  readonly name: string;
  readonly replace: readonly string[];
  readonly waiting: InterruptibleWait;
  tell(event: StackEvent): void;
};

const pollIntervalMs = 5000;
/** Three hours: a replication group takes minutes, a change of all its nodes an hour. */
const maxLooks = 2160;

/**
 * Brings a stack to what is planned, and waits until it is there. The change is worked out and judged once more right before
 * it is executed: since the diff was shown, other stacks were deployed. Throws Failure that names what failed.
 */
export async function deployStack(
  cloud: CloudFormation,
  stack: PlannedStack,
  { name, replace, waiting, tell }: Deploying,
): Promise<'deployed' | 'same'> {
  const { isNew, template } = await stackState(cloud, stack.name);
  let outcome = 'same' as 'deployed' | 'same';
  await withChangeSet(cloud, { stack, isNew, name, waiting }, async (set) => {
    if (set.kind === 'nothing') return 'left';
    if (set.kind === 'waits')
      throw new Failure('stack_waits', `${stack.name} needs what another stack does not export.`, {
        remediation: 'Deploy all stacks of one synthesis together, without changing them in between.',
      });
    rejectDestructiveChanges(
      destructiveChangesOf(template, stack.template, changesOf(set.changes, stack.template)),
      replace,
    );
    await onAws(`Deploying ${stack.name} (cloudformation:ExecuteChangeSet)`, () =>
      cloud.executeChangeSet({
        StackName: stack.name,
        ChangeSetName: set.id,
        ClientRequestToken: name,
      }),
    );
    outcome = 'deployed';
    return 'executed';
  });
  if (outcome === 'deployed') await whenDone(cloud, stack.name, { name, waiting, tell });
  return outcome;
}

async function whenDone(
  cloud: CloudFormation,
  stack: string,
  { name, waiting, tell }: Omit<Deploying, 'replace'>,
): Promise<void> {
  const seen = new Map<string, StackEvent>();
  for (let look = 0; look < maxLooks; look += 1) {
    for (const event of await newEvents(cloud, stack, name, seen)) {
      seen.set(event.EventId ?? '', event);
      tell(event);
      const end = endOf(event);
      if (end === 'well') return;
      if (end === 'failed') throw deploymentFailure(stack, event, [...seen.values()]);
    }
    await waiting.pause(pollIntervalMs);
  }
  throw new Failure('deployment_timed_out', `${stack} is not done after three hours.`, {
    remediation: 'CloudFormation goes on. Repeat the command to see where it stands.',
  });
}

/** Events of this deployment that have not been told, oldest first. */
async function newEvents(
  cloud: CloudFormation,
  stack: string,
  token: string,
  seen: ReadonlyMap<string, StackEvent>,
): Promise<StackEvent[]> {
  const fresh: StackEvent[] = [];
  let next: string | undefined;
  do {
    const page = await onAws(`Watching ${stack} (cloudformation:DescribeStackEvents)`, () =>
      cloud.describeStackEvents({ StackName: stack, ...(next === undefined ? {} : { NextToken: next }) }),
    );
    const events = page.StackEvents ?? [];
    const ours = events.filter(
      (event) => event.ClientRequestToken === token && !seen.has(event.EventId ?? ''),
    );
    fresh.push(...ours);
    // Newest come first: a page with nothing new is followed by older ones alone.
    next = ours.length === 0 ? undefined : page.NextToken;
  } while (next !== undefined);
  return fresh.reverse();
}

function endOf(event: StackEvent): 'well' | 'failed' | null {
  const { ResourceStatus: status = '' } = event;
  if (event.PhysicalResourceId !== event.StackId || status.endsWith('_IN_PROGRESS')) return null;
  if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE') return 'well';
  // Before it goes back, a stack says CREATE_FAILED or UPDATE_FAILED only where nothing goes back.
  return 'failed';
}
