import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmDefinition } from '../elasticache.ts';

const comparisons = {
  GreaterThanThreshold: ComparisonOperator.GREATER_THAN_THRESHOLD,
  LessThanThreshold: ComparisonOperator.LESS_THAN_THRESHOLD,
};
const missing = { missing: TreatMissingData.MISSING, notBreaching: TreatMissingData.NOT_BREACHING };

/** Creates the alarm exactly as defined. */
export function makeAlarm(scope: Construct, definition: AlarmDefinition): Alarm {
  return new Alarm(scope, definition.name, {
    alarmName: definition.name,
    alarmDescription: definition.description,
    metric: measured(definition),
    threshold: definition.threshold,
    comparisonOperator: comparisons[definition.comparison],
    evaluationPeriods: definition.evaluationPeriods,
    datapointsToAlarm: definition.datapointsToAlarm,
    treatMissingData: missing[definition.treatMissingData],
  });
}

function measured({ metrics, expression, namespace, statistic, periodSeconds }: AlarmDefinition): IMetric {
  const period = Duration.seconds(periodSeconds);
  const parts = Object.fromEntries(
    metrics.map(({ id, name, node }) => [
      id,
      new Metric({ namespace, metricName: name, dimensionsMap: { CacheClusterId: node }, statistic, period }),
    ]),
  );
  const [first] = Object.values(parts);
  if (expression !== null) return new MathExpression({ expression, usingMetrics: parts, period });
  if (first === undefined) throw new Error('an alarm has no metric');
  return first;
}
