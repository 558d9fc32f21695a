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
  /** That of the processes: the cache lets nobody else in. */
  securityGroup: ISecurityGroup;
};

/** Time for every process to read a new password: twice the 300 s after which one reads a secret again, and some more. */
const graceSeconds = 1800;
/** The longest that Lambda has. ElastiCache takes minutes for a change. */
const maxMinutes = 15;

/** The function that carries out the steps of a rotation, for one group. */
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
    reason:
      'AWS keeps the list of what Lambda needs to run in a VPC: logs of its own, and network interfaces.',
  });
  const groupArn = Stack.of(scope).formatArn({
    service: 'elasticache',
    resource: 'replicationgroup',
    resourceName: plan.name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  for (const statement of rotationRights({ secretArn, keyArn, groupArn })) role.addToPolicy(statement);
  const made = new LambdaFunction(scope, id, {
    functionName: name,
    description: `Rotates the password of ${plan.name}`,
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(functionCode()),
    role,
    timeout: Duration.minutes(maxMinutes),
    memorySize: 256,
    // Two at the same time would give the server two new passwords.
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
  return made;
}
