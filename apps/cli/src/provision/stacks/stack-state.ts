import { onAws } from '../../shared/aws/aws-failure.ts';
import type { CloudFormation } from '../../shared/aws/clients.ts';
import { Failure } from '../../shared/user-error.ts';
import { findStack } from './find-stack.ts';
import { emptyTemplate, parseTemplate, type Template } from './template.ts';

/** The state of a stack on AWS. */
export type StackState = {
  /** Whether a change set has to create it. */
  readonly isNew: boolean;
  readonly template: Template;
};

/** Reads the state of a stack. Throws Failure if the stack cannot be updated in this state. */
export async function stackState(cloud: CloudFormation, name: string): Promise<StackState> {
  const status = await statusOf(cloud, name);
  // A stack in review has a change set but no resources.
  if (status === null || status === 'REVIEW_IN_PROGRESS') return { isNew: true, template: emptyTemplate };
  if (status.endsWith('_IN_PROGRESS'))
    throw new Failure('stack_busy', `The stack ${name} is being updated (${status}).`, {
      remediation: 'Wait until the update finishes, and repeat the command.',
    });
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED' || status === 'DELETE_FAILED')
    throw new Failure(
      'stack_broken',
      `The stack ${name} was not created, or is partly deleted (${status}).`,
      {
        remediation: `Check its remaining resources in CloudFormation, then run \`aws cloudformation delete-stack --stack-name ${name}\`.`,
      },
    );
  if (status === 'UPDATE_ROLLBACK_FAILED')
    throw new Failure('stack_broken', `The rollback of the stack ${name} failed (${status}).`, {
      remediation: `Fix the cause that its events state, then run \`aws cloudformation continue-update-rollback --stack-name ${name}\`.`,
    });
  return { isNew: false, template: await templateOf(cloud, name) };
}

async function statusOf(cloud: CloudFormation, name: string): Promise<string | null> {
  const stack = await onAws(`Reading the stack ${name} (cloudformation:DescribeStacks)`, () =>
    findStack(cloud, name),
  );
  return stack?.StackStatus ?? null;
}

async function templateOf(cloud: CloudFormation, name: string): Promise<Template> {
  const { TemplateBody: body = '' } = await onAws(
    `Reading the template of ${name} (cloudformation:GetTemplate)`,
    () => cloud.getTemplate({ StackName: name, TemplateStage: 'Original' }),
  );
  try {
    return parseTemplate(body);
  } catch (error) {
    throw new Failure('stack_foreign', `The stack ${name} was not created by this command.`, {
      remediation: 'Change the name of the plan: stack names start with it.',
      cause: error,
    });
  }
}
