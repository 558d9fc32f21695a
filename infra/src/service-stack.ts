import { CfnOutput } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerInsights, FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { CacheStack } from './cache-stack.ts';
import type { DatabaseStack } from './database-stack.ts';
import type { Deployment, Service } from './deployment/deployment.ts';
import { DeploymentStack } from './deployment-stack.ts';
import type { NetworkStack } from './network-stack.ts';
import { ownSecret } from './service/own-secret.ts';
import { apiPort, maxStart, type ProcessSettings, processTask } from './service/process-task.ts';
import { publicEntry } from './service/public-entry.ts';
import { subnetsOf } from './service/subnets.ts';

/** Target CPU of the api processes, in percent. */
const targetCpuPercent = 60;

/** The api behind a load balancer and the worker, on Fargate. */
export class ServiceStack extends DeploymentStack {
  constructor(
    scope: Construct,
    deployment: Deployment & { service: Service },
    {
      network,
      cache,
      database,
    }: { network: NetworkStack; cache: CacheStack; database: DatabaseStack | null },
  ) {
    super(scope, 'service', deployment, 'Api and worker of a BookedBarber deployment');
    const { plan, service } = deployment;
    const { vpc, apiSecurityGroup } = network;
    const cluster = new Cluster(this, 'Cluster', {
      vpc,
      clusterName: plan.name,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    const settings: ProcessSettings = {
      deployment,
      cache,
      database,
      linkSecret: ownSecret(
        this,
        'LinkSecret',
        `${plan.name}/booking-link-secret`,
        'Signs the links of bookings; a change invalidates all links',
      ),
      operatorToken: ownSecret(
        this,
        'OperatorToken',
        `${plan.name}/operator-token`,
        'Bearer token of the operator',
      ),
    };
    const processes = subnetsOf(this, 'Processes', {
      service: service.processSubnetIds,
      type: SubnetType.PRIVATE_WITH_EGRESS,
    });
    // Immutable, so that the ingress rule is part of this stack and the network does not depend on it.
    const processGroup = SecurityGroup.fromSecurityGroupId(
      this,
      'ProcessGroup',
      apiSecurityGroup.securityGroupId,
      {
        mutable: false,
      },
    );
    const common = {
      cluster,
      securityGroups: [processGroup],
      vpcSubnets: processes,
      assignPublicIp: false,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
    };
    const api = new FargateService(this, 'Api', {
      ...common,
      serviceName: 'api',
      taskDefinition: processTask(this, 'api', settings),
      healthCheckGracePeriod: maxStart,
      // No desiredCount: auto scaling sets it, and a value here would reset it with every deployment.
    });
    const worker = new FargateService(this, 'Worker', {
      ...common,
      serviceName: 'worker',
      taskDefinition: processTask(this, 'worker', settings),
      desiredCount: plan.clients.workerProcesses,
    });
    const entry = publicEntry(this, { deployment, vpc, api });
    new CfnSecurityGroupIngress(this, 'FromLoadBalancer', {
      groupId: apiSecurityGroup.securityGroupId,
      sourceSecurityGroupId: entry.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: apiPort,
      toPort: apiPort,
      description: 'Requests from the load balancer',
    });
    // At most twice the planned processes. More of them require another plan, because of its connection budget.
    api
      .autoScaleTaskCount({
        minCapacity: plan.clients.apiProcesses,
        maxCapacity: 2 * plan.clients.apiProcesses,
      })
      .scaleOnCpuUtilization('ByCpu', { targetUtilizationPercent: targetCpuPercent });
    new CfnOutput(this, 'LoadBalancer', {
      value: entry.dnsName,
      description: 'DNS target of the host name in PUBLIC_URL',
    });
    new CfnOutput(this, 'EcsCluster', { value: cluster.clusterName });
    new CfnOutput(this, 'Services', { value: `${api.serviceName} ${worker.serviceName}` });
  }
}
