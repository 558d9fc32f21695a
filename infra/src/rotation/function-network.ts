import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISubnet,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Network } from '../deployment/deployment.ts';
import { namedSubnets } from '../network/named-subnets.ts';
import type { NetworkStack } from '../network-stack.ts';

/** The services that the function asks, by the name under which an endpoint leads to them. */
const services = {
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  ElastiCache: new InterfaceVpcEndpointAwsService('elasticache'),
};

/**
 * Where the function runs: in the subnets of the cache. Those of a network that is made lead nowhere, so endpoints lead to
 * the two services; a network that is there is to have its way to them already.
 */
export function functionSubnets(scope: Construct, kind: Network['kind'], network: NetworkStack): ISubnet[] {
  if (kind === 'existing') return namedSubnets(scope, 'Subnet', network.cacheSubnetIds);
  const { vpc, apiSecurityGroup } = network;
  const subnets = vpc.isolatedSubnets;
  const group = new SecurityGroup(scope, 'EndpointSecurityGroup', {
    vpc,
    description: 'Services of AWS for the rotation of the password',
    allowAllOutbound: false,
  });
  group.addIngressRule(apiSecurityGroup, Port.tcp(443), 'HTTPS from processes');
  for (const [name, service] of Object.entries(services))
    new InterfaceVpcEndpoint(scope, `${name}Endpoint`, {
      vpc,
      service,
      subnets: { subnets },
      securityGroups: [group],
      open: false,
    });
  return subnets;
}
