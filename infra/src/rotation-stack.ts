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

/** Once a quarter. */
const everyDays = 90;
/** How often it is looked whether an old password may be taken away. */
const revokeCheckMinutes = 15;

export type BeforeRotation = { network: NetworkStack; cache: CacheStack; monitoring: MonitoringStack };

/** Gives each group a new password every quarter, while everybody works; and tells somebody when that fails. */
export class RotationStack extends DeploymentStack {
  constructor(scope: Construct, deployment: Deployment, { network, cache, monitoring }: BeforeRotation) {
    super(scope, 'rotation', deployment, 'Rotation of the passwords of a BookedBarber deployment');
    const subnets = functionSubnets(this, deployment.network.kind, network);
    for (const [at, { plan, secret }] of cache.passwords.entries()) {
      const id = at === 0 ? 'Cache' : 'Jobs';
      const rotates = rotationFunction(this, `${id}Rotation`, {
        plan,
        secretArn: secret.secretArn,
        keyArn: cache.key.keyArn,
        vpc: network.vpc,
        subnets,
        securityGroup: network.apiSecurityGroup,
      });
      this.#schedule(id, secret, rotates);
      const alarm = this.#alarm(id, plan, rotates);
      const action = new SnsAction(monitoring.topics.page);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  #schedule(id: string, secret: ISecret, rotates: LambdaFunction): void {
    rotates.addPermission(`${id}SecretsManager`, {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: this.account,
      sourceArn: secret.secretArn,
    });
    const schedule = new CfnRotationSchedule(this, `${id}Schedule`, {
      secretId: secret.secretArn,
      rotationLambdaArn: rotates.functionArn,
      rotationRules: { automaticallyAfterDays: everyDays },
      // A deployment is no reason for a new password.
      rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(rotates);
    new Rule(this, `${id}Settle`, {
      description: 'Takes an old password away when every process has had the time to read the new one',
      schedule: Schedule.rate(Duration.minutes(revokeCheckMinutes)),
      targets: [
        new LambdaTarget(rotates, { event: RuleTargetInput.fromObject({ revokeOldPassword: true }) }),
      ],
    });
  }

  #alarm(id: string, plan: Plan, rotates: LambdaFunction): Alarm {
    return new Alarm(this, `${id}Alarm`, {
      alarmName: `${plan.name}-rotation-failed`,
      alarmDescription:
        'A step of the rotation of the password failed. The old password works. The log of the function says which step, and what to mend.',
      metric: rotates.metricErrors({ period: Duration.minutes(5) }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
