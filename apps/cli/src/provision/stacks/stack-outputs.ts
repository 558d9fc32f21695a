import { onAws } from '../../shared/aws/aws-failure.ts';
import type { CloudFormation } from '../../shared/aws/clients.ts';
import { findStack } from './find-stack.ts';

/** What a deployed stack gives out, by name; null where there is no such stack. Throws Failure. */
export async function stackOutputs(
  cloud: CloudFormation,
  name: string,
): Promise<ReadonlyMap<string, string> | null> {
  const stack = await onAws(`Reading what ${name} gives out (cloudformation:DescribeStacks)`, () =>
    findStack(cloud, name),
  );
  if (stack === null) return null;
  return new Map(
    (stack.Outputs ?? []).map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value]),
  );
}
