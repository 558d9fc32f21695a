import { CfnOutput, Fn } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress, type ISecurityGroup, type IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment/deployment.ts';
import { DeploymentStack } from './deployment-stack.ts';
import { existingVpc } from './network/existing-vpc.ts';
import { logTraffic } from './network/flow-logs.ts';
import { newVpc } from './network/new-vpc.ts';

/** The VPC, the security groups of the api and the cache, and one rule between them. */
export class NetworkStack extends DeploymentStack {
  readonly vpc: IVpc;
  /** Ids of the subnets of the cache. In a new network, they are isolated. */
  readonly cacheSubnetIds: readonly string[];
  /** Security group of the processes that connect to the cache. */
  readonly apiSecurityGroup: ISecurityGroup;
  readonly cacheSecurityGroup: SecurityGroup;

  constructor(scope: Construct, deployment: Deployment) {
    super(scope, 'network', deployment, 'Network of a BookedBarber deployment');
    const { plan, jobsPlan, network } = deployment;
    const isNew = network.kind === 'new';
    this.vpc = isNew ? newVpc(this, plan, network) : existingVpc(this, network);
    this.cacheSubnetIds = isNew
      ? this.vpc.isolatedSubnets.map(({ subnetId }) => subnetId)
      : network.subnetIds;
    if (isNew || !network.hasFlowLogs) logTraffic(this, this.vpc, plan.name);

    this.apiSecurityGroup = isNew
      ? new SecurityGroup(this, 'ApiSecurityGroup', {
          vpc: this.vpc,
          securityGroupName: `${plan.name}-api-sg`,
          description: 'Processes that speak to the cache of BookedBarber',
        })
      : SecurityGroup.fromSecurityGroupId(this, 'ApiSecurityGroup', network.apiSecurityGroupId, {
          mutable: false,
        });
    // No egress: security groups are stateful, so responses need no rule.
    this.cacheSecurityGroup = new SecurityGroup(this, 'CacheSecurityGroup', {
      vpc: this.vpc,
      securityGroupName: `${plan.name}-elasticache-sg`,
      description: 'Redis access for BookedBarber API servers',
      allowAllOutbound: false,
    });
    for (const port of new Set([plan.network.port, ...(jobsPlan === null ? [] : [jobsPlan.network.port])]))
      new CfnSecurityGroupIngress(this, `FromApi${port}`, {
        groupId: this.cacheSecurityGroup.securityGroupId,
        sourceSecurityGroupId: this.apiSecurityGroup.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        description: 'Redis access from API servers',
      });
    new CfnOutput(this, 'VpcId', { value: this.vpc.vpcId });
    new CfnOutput(this, 'CacheSubnetIds', {
      value: Fn.join(',', [...this.cacheSubnetIds]),
      description: 'In the order of the zones of the deployment',
    });
    new CfnOutput(this, 'ApiSecurityGroupId', {
      value: this.apiSecurityGroup.securityGroupId,
      description: 'Assign it to every process that connects to the cache',
    });
  }
}
