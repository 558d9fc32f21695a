import { Validations } from 'aws-cdk-lib';
import { Subnet, type SubnetSelection, type SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** Those that are named of an existing network, or those that were made for the purpose. */
export function subnetsOf(
  scope: Construct,
  id: string,
  { service, type }: { service: readonly string[]; type: SubnetType },
): SubnetSelection {
  if (service.length === 0) return { subnetType: type };
  const subnets = service.map((subnetId, index) => {
    const subnet = Subnet.fromSubnetId(scope, `${id}${index + 1}`, subnetId);
    Validations.of(subnet).acknowledge({
      id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'Nothing here routes: the network is there, and nobody asks for its table.',
    });
    return subnet;
  });
  return { subnets };
}
