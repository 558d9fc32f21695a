import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { Failure } from '../../shared/user-error.ts';

/** Fixes for the reasons that CloudFormation reports. */
const remediations: readonly [reason: RegExp, remediation: string][] = [
  [
    /not authorized|AccessDenied|access denied/i,
    'The credentials lack a permission: docs/reference/aws-permissions.md lists the required ones.',
  ],
  [
    /already exists/i,
    'A resource with this name exists outside of this stack: remove it, or change the name of the plan.',
  ],
  [/limit ?exceeded|quota|maximum number/i, 'Raise the quota in Service Quotas, or remove unused resources.'],
  [
    /insufficient.*capacity|no capacity/i,
    'The zone has no capacity for this node type: try later, in other zones, or with another node type.',
  ],
  [
    /timed? ?out|did not stabilize/i,
    'The resource did not become ready in time. Inspect it in the AWS console.',
  ],
];

/** The failure of a deployment: names the first resource that failed, not those cancelled because of it. */
export function deploymentFailure(stack: string, end: StackEvent, events: readonly StackEvent[]): Failure {
  const failed = events.filter(
    ({ ResourceStatus: status = '', ResourceStatusReason: reason = '', StackId, PhysicalResourceId }) =>
      status.endsWith('_FAILED') && PhysicalResourceId !== StackId && !/cancelled/i.test(reason),
  );
  const cause = failed[0] ?? end;
  const reason = cause.ResourceStatusReason ?? 'CloudFormation reported no reason.';
  return new Failure(
    'deployment_failed',
    `${stack} was not deployed: ${cause.LogicalResourceId ?? 'a resource'} (${cause.ResourceType ?? 'unknown type'}) failed.`,
    {
      details: [
        reason,
        ...failed.slice(1).map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`),
      ],
      remediation: `${remediations.find(([words]) => words.test(reason))?.[1] ?? 'Fix the cause that the reason states, and repeat the command.'} ${rollbackHint(stack, end.ResourceStatus ?? '')}`,
    },
  );
}

function rollbackHint(stack: string, status: string): string {
  if (status === 'UPDATE_ROLLBACK_COMPLETE') return 'The stack was rolled back to its previous state.';
  if (status === 'UPDATE_ROLLBACK_FAILED')
    return `The rollback failed; continue it with \`aws cloudformation continue-update-rollback --stack-name ${stack}\`.`;
  return `The stack was not created; before you retry, run \`aws cloudformation delete-stack --stack-name ${stack}\`.`;
}
