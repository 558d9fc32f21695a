import { Validations } from 'aws-cdk-lib';
import { IpAddresses, type SubnetConfiguration, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { NewNetwork } from '../deployment/deployment.ts';
import type { Plan } from '../elasticache.ts';

/** Public subnets for the load balancer, and subnets with NAT for the processes. Only for plans with NAT gateways. */
const internetSubnets: SubnetConfiguration[] = [
  { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
  { name: 'processes', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
];

/** A VPC with isolated subnets for the cache. Its zones come from the deployment file, without a lookup. */
export function newVpc(scope: Construct, plan: Plan, { cidr, availabilityZones }: NewNetwork): Vpc {
  const { natGateways } = plan.network;
  const vpc = new Vpc(scope, 'Vpc', {
    vpcName: plan.name,
    ipAddresses: IpAddresses.cidr(cidr),
    availabilityZones: [...availabilityZones],
    natGateways,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      ...(natGateways > 0 ? internetSubnets : []),
      { name: 'cache', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
    ],
  });
  Validations.of(vpc).acknowledge({
    id: 'CloudFormation-Validate::W3010',
    reason: 'The deployment file sets the zones: a zone from a lookup could change and replace a subnet.',
  });
  return vpc;
}
