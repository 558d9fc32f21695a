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

/** The AWS services that the function calls, by construct id. */
const services = {
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  ElastiCache: new InterfaceVpcEndpointAwsService('elasticache'),
};

/**
 * The function runs in the subnets of the cache. In a new network, these are isolated, so it gets interface endpoints
 * for the two services. An existing network must already provide access to them.
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
