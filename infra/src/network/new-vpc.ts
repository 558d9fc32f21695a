import { Validations } from 'aws-cdk-lib';
import { IpAddresses, type SubnetConfiguration, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { NewNetwork } from '../deployment/deployment.ts';
import type { Plan } from '../elasticache.ts';

/** For the processes: out through NAT, and what faces the world. Only where the plan counts NAT gateways. */
const outward: SubnetConfiguration[] = [
  { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
  { name: 'processes', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
];

/** A VPC whose cache lies in subnets that lead nowhere. Its zones are named: none is looked up. */
export function newVpc(scope: Construct, plan: Plan, { cidr, availabilityZones }: NewNetwork): Vpc {
  const { natGateways } = plan.network;
  const vpc = new Vpc(scope, 'Vpc', {
    vpcName: plan.name,
    ipAddresses: IpAddresses.cidr(cidr),
    availabilityZones: [...availabilityZones],
    natGateways,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      ...(natGateways > 0 ? outward : []),
      { name: 'cache', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
    ],
  });
  Validations.of(vpc).acknowledge({
    id: 'CloudFormation-Validate::W3010',
    reason: 'The deployment names its zones: one that were looked up could change, and a subnet with it.',
  });
  return vpc;
}
