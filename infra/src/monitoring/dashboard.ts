import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { dashboard, type Graph, type Plan, watched } from '../elasticache.ts';

/** Widgets beside each other on the 24 columns of a dashboard. */
const inARow = 3;

/** One graph for each thing that is watched, so that an axis has one unit, with the limits of the alarms as lines. */
export function makeDashboard(scope: Construct, plan: Plan): void {
  const graphs = dashboard(watched(plan)).map(widget);
  const rows = Array.from({ length: Math.ceil(graphs.length / inARow) }, (_, row) =>
    graphs.slice(row * inARow, (row + 1) * inARow),
  );
  new Dashboard(scope, `Dashboard-${plan.name}`, { dashboardName: plan.name, widgets: rows });
}

function widget({ title, metrics, statistic, periodSeconds, annotations }: Graph): GraphWidget {
  return new GraphWidget({
    title,
    width: 24 / inARow,
    height: 6,
    left: metrics.map(
      ({ name, node }) =>
        new Metric({
          namespace: 'AWS/ElastiCache',
          metricName: name,
          dimensionsMap: { CacheClusterId: node },
          statistic,
          period: Duration.seconds(periodSeconds),
          label: node,
        }),
    ),
    leftAnnotations: annotations.map(({ label, value, color }) => ({ label, value, color })),
  });
}
