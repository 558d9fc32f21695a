import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ExistingNetwork } from '../deployment/deployment.ts';

/** References an existing VPC by id, without lookups or changes. */
export function existingVpc(scope: Construct, { vpcId, availabilityZones }: ExistingNetwork): IVpc {
  return Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId,
    availabilityZones: [...availabilityZones],
  });
}
