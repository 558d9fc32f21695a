import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ExistingNetwork } from '../deployment/deployment.ts';

/** A VPC that is there, by its ids alone: nothing of it is looked up and nothing of it is changed. */
export function existingVpc(scope: Construct, { vpcId, availabilityZones }: ExistingNetwork): IVpc {
  return Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId,
    availabilityZones: [...availabilityZones],
  });
}
