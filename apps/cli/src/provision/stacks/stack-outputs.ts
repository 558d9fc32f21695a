import { onAws } from '../../shared/aws/aws-failure.ts';
import type { CloudFormation } from '../../shared/aws/clients.ts';
import { findStack } from './find-stack.ts';

/** The outputs of a deployed stack, by name; null if the stack does not exist. Throws Failure. */
export async function stackOutputs(
  cloud: CloudFormation,
  name: string,
): Promise<ReadonlyMap<string, string> | null> {
  const stack = await onAws(`Reading the outputs of ${name} (cloudformation:DescribeStacks)`, () =>
    findStack(cloud, name),
  );
  if (stack === null) return null;
  return new Map(
    (stack.Outputs ?? []).map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value]),
  );
}
