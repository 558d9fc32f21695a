import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { dashboard, type Graph, type Plan, watched } from '../elasticache.ts';

/** Widgets per row. A dashboard has 24 columns. */
const widgetsPerRow = 3;

/** One graph per metric, so that each axis has one unit, with the alarm limits as lines. */
export function makeDashboard(scope: Construct, plan: Plan): void {
  const graphs = dashboard(watched(plan)).map(widget);
  const rows = Array.from({ length: Math.ceil(graphs.length / widgetsPerRow) }, (_, row) =>
    graphs.slice(row * widgetsPerRow, (row + 1) * widgetsPerRow),
  );
  new Dashboard(scope, `Dashboard-${plan.name}`, { dashboardName: plan.name, widgets: rows });
}

function widget({ title, metrics, statistic, periodSeconds, annotations }: Graph): GraphWidget {
  return new GraphWidget({
    title,
    width: 24 / widgetsPerRow,
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
