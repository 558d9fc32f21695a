import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  type HealthCheck,
  ListenerAction,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment, Service } from '../deployment/deployment.ts';
import { apiPort } from './process-task.ts';
import { subnetsOf } from './subnets.ts';

type Entry = { deployment: Deployment & { service: Service }; vpc: IVpc; api: FargateService };

/**
 * ECS replaces tasks that fail this check, so it fails only after 150 s: a database failover must not replace the
 * processes, which respond from the cache in the meantime. A process that hangs fails its container health check
 * earlier.
 */
const readiness: HealthCheck = {
  path: '/readyz',
  interval: Duration.seconds(15),
  timeout: Duration.seconds(5),
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 10,
};

/** The load balancer: TLS only, with access logs, and requests only to ready processes. */
export function publicEntry(
  scope: Construct,
  { deployment, vpc, api }: Entry,
): { securityGroupId: string; dnsName: string } {
  const { plan, service } = deployment;
  const securityGroup = new SecurityGroup(scope, 'EntrySecurityGroup', {
    vpc,
    securityGroupName: `${plan.name}-entry-sg`,
    description: 'The public entry of BookedBarber',
  });
  for (const port of [443, 80]) securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'Public access');
  Validations.of(securityGroup).acknowledge({
    id: 'AwsSolutions-EC23',
    reason: 'The site is public; port 80 only redirects to 443.',
  });
  const balancer = new ApplicationLoadBalancer(scope, 'Entry', {
    vpc,
    loadBalancerName: plan.name,
    internetFacing: true,
    securityGroup,
    vpcSubnets: subnetsOf(scope, 'Public', { service: service.publicSubnetIds, type: SubnetType.PUBLIC }),
    dropInvalidHeaderFields: true,
    deletionProtection: true,
  });
  balancer.logAccessLogs(accessLogs(scope));
  balancer.addListener('Http', {
    port: 80,
    open: false,
    defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
  });
  balancer
    .addListener('Https', {
      port: 443,
      open: false,
      certificates: [{ certificateArn: service.certificateArn }],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
    })
    .addTargets('Api', {
      port: apiPort,
      protocol: ApplicationProtocol.HTTP,
      targets: [api],
      healthCheck: readiness,
      deregistrationDelay: Duration.seconds(30),
    });
  return { securityGroupId: securityGroup.securityGroupId, dnsName: balancer.loadBalancerDnsName };
}

function accessLogs(scope: Construct): Bucket {
  const bucket = new Bucket(scope, 'AccessLogs', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [{ expiration: Duration.days(90) }],
  });
  Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'The bucket stores access logs.' });
  return bucket;
}
