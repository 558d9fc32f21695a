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

/** CPU of the api's processes, in percent, from which on there are more of them. */
const busyPercent = 60;

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
        'Signs the links of bookings; to change it ends all links',
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
    // Taken as it is: what speaks to the processes is said here, and the network does not wait for this stack.
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
      // How many is the scaling's to say, from its minimum on: a number here would set it back with each change.
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
    // No more than the plan's limit of connections was counted for: twice as many want another plan.
    api
      .autoScaleTaskCount({
        minCapacity: plan.clients.apiProcesses,
        maxCapacity: 2 * plan.clients.apiProcesses,
      })
      .scaleOnCpuUtilization('ByCpu', { targetUtilizationPercent: busyPercent });
    new CfnOutput(this, 'LoadBalancer', {
      value: entry.dnsName,
      description: 'What the name of PUBLIC_URL points to',
    });
    new CfnOutput(this, 'EcsCluster', { value: cluster.clusterName });
    new CfnOutput(this, 'Services', { value: `${api.serviceName} ${worker.serviceName}` });
  }
}
