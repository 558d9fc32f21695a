import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Plan } from '../elasticache.ts';
import { functionCode } from './function-code.ts';
import { rotationRights } from './rotation-rights.ts';

export type RotationFunctionProps = {
  plan: Plan;
  secretArn: string;
  keyArn: string;
  vpc: IVpc;
  subnets: ISubnet[];
  /** Security group of the processes, the only one that can reach the cache. */
  securityGroup: ISecurityGroup;
};

/** Time for every process to read a new password. Processes reread a secret every 300 s. */
const graceSeconds = 1800;
/** Lambda's maximum. ElastiCache needs minutes for a modification. */
const timeoutMinutes = 15;

/** The Lambda function that runs the rotation steps of one group. */
export function rotationFunction(scope: Construct, id: string, props: RotationFunctionProps): LambdaFunction {
  const { plan, secretArn, keyArn, vpc, subnets, securityGroup } = props;
  const name = `${plan.name}-rotation`;
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Rotates the password of ${plan.name}`,
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole')],
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole]',
    reason: 'AWS maintains the permissions that Lambda needs in a VPC: its own logs, and network interfaces.',
  });
  const groupArn = Stack.of(scope).formatArn({
    service: 'elasticache',
    resource: 'replicationgroup',
    resourceName: plan.name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  for (const statement of rotationRights({ secretArn, keyArn, groupArn })) role.addToPolicy(statement);
  return new LambdaFunction(scope, id, {
    functionName: name,
    description: `Rotates the password of ${plan.name}`,
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(functionCode()),
    role,
    timeout: Duration.minutes(timeoutMinutes),
    memorySize: 256,
    // Two concurrent runs would set two new passwords.
    reservedConcurrentExecutions: 1,
    vpc,
    vpcSubnets: { subnets },
    securityGroups: [securityGroup],
    environment: { SECRET_ARN: secretArn, GROUP_ID: plan.name, GRACE_SECONDS: String(graceSeconds) },
    logGroup: new LogGroup(scope, `${id}Log`, {
      logGroupName: `/bookedbarber/${name}`,
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  });
}
