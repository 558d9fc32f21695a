import { Validations } from 'aws-cdk-lib';
import { type ISubnet, Subnet } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** References existing subnets by id. */
export function namedSubnets(scope: Construct, id: string, subnetIds: readonly string[]): ISubnet[] {
  return subnetIds.map((subnetId, index) => {
    const subnet = Subnet.fromSubnetId(scope, `${id}${index + 1}`, subnetId);
    Validations.of(subnet).acknowledge({
      id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'The route table is neither read nor changed.',
    });
    return subnet;
  });
}
