import { onAws } from '../../shared/aws/aws-failure.ts';
import type { CloudFormation } from '../../shared/aws/clients.ts';
import { Failure } from '../../shared/user-error.ts';
import { findStack } from './find-stack.ts';
import { emptyTemplate, parseTemplate, type Template } from './template.ts';

/** A stack as it is on AWS. */
export type StackState = {
  /** Whether a change set has to create it. */
  readonly isNew: boolean;
  readonly template: Template;
};

/** Looks at a stack. Throws Failure where it cannot be changed as it stands. */
export async function stackState(cloud: CloudFormation, name: string): Promise<StackState> {
  const status = await statusOf(cloud, name);
  // A stack in review is a name that a change set has taken; nothing has been made yet.
  if (status === null || status === 'REVIEW_IN_PROGRESS') return { isNew: true, template: emptyTemplate };
  if (status.endsWith('_IN_PROGRESS'))
    throw new Failure('stack_busy', `The stack ${name} is being changed at the moment (${status}).`, {
      remediation: 'Wait until that is done, and repeat the command.',
    });
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED' || status === 'DELETE_FAILED')
    throw new Failure('stack_broken', `The stack ${name} was never made, or is half deleted (${status}).`, {
      remediation: `Look at what is left of it in CloudFormation, then \`aws cloudformation delete-stack --stack-name ${name}\`.`,
    });
  if (status === 'UPDATE_ROLLBACK_FAILED')
    throw new Failure('stack_broken', `The stack ${name} could not go back to what it was (${status}).`, {
      remediation: `Mend what its events name, then \`aws cloudformation continue-update-rollback --stack-name ${name}\`.`,
    });
  return { isNew: false, template: await templateOf(cloud, name) };
}

async function statusOf(cloud: CloudFormation, name: string): Promise<string | null> {
  const stack = await onAws(`Looking at the stack ${name} (cloudformation:DescribeStacks)`, () =>
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
    throw new Failure('stack_foreign', `The stack ${name} was not made by this command.`, {
      remediation: 'Give the plan another name: stacks are called by it.',
      cause: error,
    });
  }
}
