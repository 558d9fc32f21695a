import type { Stack } from '@aws-sdk/client-cloudformation';
import { nameOf } from '../../shared/aws/aws-failure.ts';
import type { CloudFormation } from '../../shared/aws/clients.ts';

/** Describes a stack, or returns null if it does not exist: CloudFormation reports this as a ValidationError. */
export async function findStack(cloud: CloudFormation, name: string): Promise<Stack | null> {
  try {
    const { Stacks: stacks } = await cloud.describeStacks({ StackName: name });
    return stacks?.[0] ?? null;
  } catch (error) {
    if (nameOf(error) === 'ValidationError' && /does not exist/.test(String(error))) return null;
    throw error;
  }
}
