import { nameOf, onAws } from '../aws/aws-failure.ts';
import type { CloudFormation } from '../aws/clients.ts';

/** What a deployed stack gives out, by name; null where there is no such stack. Throws Failure. */
export async function stackOutputs(
  cloud: CloudFormation,
  stack: string,
): Promise<ReadonlyMap<string, string> | null> {
  return onAws(`Reading what ${stack} gives out (cloudformation:DescribeStacks)`, async () => {
    try {
      const { Stacks: stacks } = await cloud.describeStacks({ StackName: stack });
      const outputs = stacks?.[0]?.Outputs ?? [];
      return new Map(outputs.map(({ OutputKey: name = '', OutputValue: value = '' }) => [name, value]));
    } catch (error) {
      if (nameOf(error) === 'ValidationError' && /does not exist/.test(String(error))) return null;
      throw error;
    }
  });
}
