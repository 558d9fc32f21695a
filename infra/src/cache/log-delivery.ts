import { RemovalPolicy } from 'aws-cdk-lib';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Delivers the slow log and the engine log to CloudWatch Logs, with a retention of one month. */
export function deliverLogs(
  scope: Construct,
  name: string,
): CfnReplicationGroup.LogDeliveryConfigurationRequestProperty[] {
  return ['slow-log', 'engine-log'].map((logType) => {
    const { logGroupName } = new LogGroup(scope, logType === 'slow-log' ? 'SlowLog' : 'EngineLog', {
      logGroupName: `/bookedbarber/${name}/${logType}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return {
      logType,
      logFormat: 'json',
      destinationType: 'cloudwatch-logs',
      destinationDetails: { cloudWatchLogsDetails: { logGroup: logGroupName } },
    };
  });
}
