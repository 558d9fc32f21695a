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
  /** Name of the change set and client request token of the execution, which identifies its events. */
  readonly name: string;
  readonly replace: readonly string[];
  readonly waiting: InterruptibleWait;
  onEvent(event: StackEvent): void;
};

const pollIntervalMs = 5000;
/** Three hours: creating a replication group takes minutes, changing all its nodes takes an hour. */
const maxPolls = 2160;

/**
 * Deploys a stack and waits for the result. Creates and checks the change set again before executing it, because other
 * stacks may have been deployed since the diff. Throws Failure that names the failed resource.
 */
export async function deployStack(
  cloud: CloudFormation,
  stack: PlannedStack,
  { name, replace, waiting, onEvent }: Deploying,
): Promise<'deployed' | 'same'> {
  const { isNew, template } = await stackState(cloud, stack.name);
  let outcome = 'same' as 'deployed' | 'same';
  await withChangeSet(cloud, { stack, isNew, name, waiting }, async (set) => {
    if (set.kind === 'nothing') return 'left';
    if (set.kind === 'waits')
      throw new Failure('stack_waits', `${stack.name} imports a value that no other stack exports.`, {
        remediation: 'Deploy all stacks of one synthesis together, and do not change them in between.',
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
  if (outcome === 'deployed') await waitForDeployment(cloud, stack.name, { name, waiting, onEvent });
  return outcome;
}

async function waitForDeployment(
  cloud: CloudFormation,
  stack: string,
  { name, waiting, onEvent }: Omit<Deploying, 'replace'>,
): Promise<void> {
  const seen = new Map<string, StackEvent>();
  for (let poll = 0; poll < maxPolls; poll += 1) {
    for (const event of await newEvents(cloud, stack, name, seen)) {
      seen.set(event.EventId ?? '', event);
      onEvent(event);
      const result = resultOf(event);
      if (result === 'succeeded') return;
      if (result === 'failed') throw deploymentFailure(stack, event, [...seen.values()]);
    }
    await waiting.pause(pollIntervalMs);
  }
  throw new Failure('deployment_timed_out', `The deployment of ${stack} did not finish within three hours.`, {
    remediation: 'CloudFormation continues. Repeat the command to see the status.',
  });
}

/** Events of this deployment that `seen` does not contain, oldest first. */
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
    // Events are ordered newest first: pages after one without new events contain only older events.
    next = ours.length === 0 ? undefined : page.NextToken;
  } while (next !== undefined);
  return fresh.reverse();
}

function resultOf(event: StackEvent): 'succeeded' | 'failed' | null {
  const { ResourceStatus: status = '' } = event;
  if (event.PhysicalResourceId !== event.StackId || status.endsWith('_IN_PROGRESS')) return null;
  if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE') return 'succeeded';
  // CREATE_FAILED and UPDATE_FAILED of a stack are final: they occur only if rollback is disabled.
  return 'failed';
}
