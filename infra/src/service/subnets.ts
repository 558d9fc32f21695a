import type { SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { namedSubnets } from '../network/named-subnets.ts';

/** Those that are named of an existing network, or those that were made for the purpose. */
export function subnetsOf(
  scope: Construct,
  id: string,
  { service, type }: { service: readonly string[]; type: SubnetType },
): SubnetSelection {
  if (service.length === 0) return { subnetType: type };
  return { subnets: namedSubnets(scope, id, service) };
}
