import type { SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { namedSubnets } from '../network/named-subnets.ts';

/** The given subnets of an existing network, or the subnets of a type in a new one. */
export function subnetsOf(
  scope: Construct,
  id: string,
  { service, type }: { service: readonly string[]; type: SubnetType },
): SubnetSelection {
  if (service.length === 0) return { subnetType: type };
  return { subnets: namedSubnets(scope, id, service) };
}
