import { CfnOutput } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment/deployment.ts';
import { DeploymentStack } from './deployment-stack.ts';
import { type AlarmDefinition, alarmDefinitions, type Plan, watched } from './elasticache.ts';
import { makeAlarm } from './monitoring/alarm.ts';
import { makeDashboard } from './monitoring/dashboard.ts';
import { alarmTopics } from './monitoring/topics.ts';

/** CloudFormation allows 500 resources per stack; the other resources of the stack need a few. */
const maxAlarms = 480;

/** Alarms with their topics, and a dashboard per group. */
export class MonitoringStack extends DeploymentStack {
  readonly topics: ReturnType<typeof alarmTopics>;

  constructor(scope: Construct, deployment: Deployment) {
    super(scope, 'monitoring', deployment, 'Alarms and dashboard of a BookedBarber deployment');
    const topics = alarmTopics(this, deployment);
    this.topics = topics;
    const plans = [deployment.plan, ...(deployment.jobsPlan === null ? [] : [deployment.jobsPlan])];
    for (const definition of alarmsOf(plans)) {
      const alarm = makeAlarm(this, definition);
      const action = new SnsAction(topics[definition.severity]);
      alarm.addAlarmAction(action);
      if (definition.okAction) alarm.addOkAction(action);
    }
    for (const plan of plans) makeDashboard(this, plan);
    for (const [severity, topic] of Object.entries(topics))
      new CfnOutput(this, `Topic-${severity}`, { value: topic.topicArn });
  }
}

function alarmsOf(plans: readonly Plan[]): AlarmDefinition[] {
  const alarms = plans.flatMap((plan) => alarmDefinitions(watched(plan)));
  if (alarms.length > maxAlarms)
    throw new RangeError(
      `${alarms.length} alarms exceed the maximum of ${maxAlarms} per stack. Plan fewer, larger nodes.`,
    );
  return alarms;
}
