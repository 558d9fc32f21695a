import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { onAws } from './aws-failure.ts';
import type { openCloudWatch } from './clients.ts';

/** Maximum number of queries in one GetMetricData request (CloudWatch quotas). */
export const maxQueries = 500;

/**
 * Yields the results of the queries, newest values first. The values of a query may span several pages. Throws Failure.
 */
export async function* metricResults(
  client: Awaited<ReturnType<typeof openCloudWatch>>,
  queries: MetricDataQuery[],
  { nowMs, windowMs }: { nowMs: number; windowMs: number },
): AsyncGenerator<MetricDataResult> {
  let next: string | undefined;
  do {
    const page = await onAws('Reading metrics (cloudwatch:GetMetricData)', () =>
      client.getMetricData({
        MetricDataQueries: queries,
        StartTime: new Date(nowMs - windowMs),
        EndTime: new Date(nowMs),
        ScanBy: 'TimestampDescending',
        ...(next === undefined ? {} : { NextToken: next }),
      }),
    );
    yield* page.MetricDataResults ?? [];
    next = page.NextToken;
  } while (next !== undefined);
}
