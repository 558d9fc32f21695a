import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { CacheStack } from './cache-stack.ts';
import type { Deployment } from './deployment/deployment.ts';
import { DeploymentStack } from './deployment-stack.ts';
import type { Plan } from './elasticache.ts';
import type { MonitoringStack } from './monitoring-stack.ts';
import type { NetworkStack } from './network-stack.ts';
import { functionSubnets } from './rotation/function-network.ts';
import { rotationFunction } from './rotation/rotation-function.ts';

const rotationIntervalDays = 90;
/** Interval of the checks whether an old password can be revoked. */
const revokeCheckMinutes = 15;

export type RotationDependencies = { network: NetworkStack; cache: CacheStack; monitoring: MonitoringStack };

/** Rotates the password of each group every 90 days without downtime, with an alarm for failures. */
export class RotationStack extends DeploymentStack {
  constructor(
    scope: Construct,
    deployment: Deployment,
    { network, cache, monitoring }: RotationDependencies,
  ) {
    super(scope, 'rotation', deployment, 'Rotation of the passwords of a BookedBarber deployment');
    const subnets = functionSubnets(this, deployment.network.kind, network);
    for (const [index, { plan, secret }] of cache.passwords.entries()) {
      const id = index === 0 ? 'Cache' : 'Jobs';
      const rotationLambda = rotationFunction(this, `${id}Rotation`, {
        plan,
        secretArn: secret.secretArn,
        keyArn: cache.key.keyArn,
        vpc: network.vpc,
        subnets,
        securityGroup: network.apiSecurityGroup,
      });
      this.#schedule(id, secret, rotationLambda);
      const alarm = this.#alarm(id, plan, rotationLambda);
      const action = new SnsAction(monitoring.topics.page);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  #schedule(id: string, secret: ISecret, rotationLambda: LambdaFunction): void {
    rotationLambda.addPermission(`${id}SecretsManager`, {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: this.account,
      sourceArn: secret.secretArn,
    });
    const schedule = new CfnRotationSchedule(this, `${id}Schedule`, {
      secretId: secret.secretArn,
      rotationLambdaArn: rotationLambda.functionArn,
      rotationRules: { automaticallyAfterDays: rotationIntervalDays },
      // A deployment must not rotate the password.
      rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(rotationLambda);
    new Rule(this, `${id}Settle`, {
      description: 'Revokes the old password after the grace period for processes to read the new one',
      schedule: Schedule.rate(Duration.minutes(revokeCheckMinutes)),
      targets: [
        new LambdaTarget(rotationLambda, { event: RuleTargetInput.fromObject({ revokeOldPassword: true }) }),
      ],
    });
  }

  #alarm(id: string, plan: Plan, rotationLambda: LambdaFunction): Alarm {
    return new Alarm(this, `${id}Alarm`, {
      alarmName: `${plan.name}-rotation-failed`,
      alarmDescription:
        'A step of the password rotation failed. The log of the function names the step, says whether the old or the new password works now, and how to fix it.',
      metric: rotationLambda.metricErrors({ period: Duration.minutes(5) }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
