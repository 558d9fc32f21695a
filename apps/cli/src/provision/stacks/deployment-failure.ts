import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { Failure } from '../../shared/user-error.ts';

/** What usually is behind a reason that CloudFormation gives. */
const remediations: readonly [reason: RegExp, remediation: string][] = [
  [
    /not authorized|AccessDenied|access denied/i,
    'The credentials lack a right: docs/reference/aws-permissions.md lists them.',
  ],
  [/already exists/i, 'Something of that name was made otherwise: remove it, or give the plan another name.'],
  [
    /limit ?exceeded|quota|maximum number/i,
    'Raise the quota in Service Quotas, or remove what is not needed.',
  ],
  [
    /insufficient.*capacity|no capacity/i,
    'The zone has no such nodes at the moment: try later, in other zones, or with another node type.',
  ],
  [/timed? ?out|did not stabilize/i, 'Look at the resource in the console: it did not become ready in time.'],
];

/** Why a deployment failed: the first thing that did, and not what was called off because of it. */
export function deploymentFailure(stack: string, end: StackEvent, events: readonly StackEvent[]): Failure {
  const failed = events.filter(
    ({ ResourceStatus: status = '', ResourceStatusReason: reason = '', StackId, PhysicalResourceId }) =>
      status.endsWith('_FAILED') && PhysicalResourceId !== StackId && !/cancelled/i.test(reason),
  );
  const why = failed[0] ?? end;
  const reason = why.ResourceStatusReason ?? 'CloudFormation gives no reason.';
  return new Failure(
    'deployment_failed',
    `${stack} was not deployed: ${why.LogicalResourceId ?? 'something'} (${why.ResourceType ?? 'a resource'}) failed.`,
    {
      details: [
        reason,
        ...failed.slice(1).map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`),
      ],
      remediation: `${remediations.find(([words]) => words.test(reason))?.[1] ?? 'Mend what the reason names, and repeat the command.'} ${rollbackHint(stack, end.ResourceStatus ?? '')}`,
    },
  );
}

function rollbackHint(stack: string, status: string): string {
  if (status === 'UPDATE_ROLLBACK_COMPLETE') return 'The stack is as it was before.';
  if (status === 'UPDATE_ROLLBACK_FAILED')
    return `The stack could not go back: \`aws cloudformation continue-update-rollback --stack-name ${stack}\`.`;
  return `Nothing of it was kept; before the next try: \`aws cloudformation delete-stack --stack-name ${stack}\`.`;
}
