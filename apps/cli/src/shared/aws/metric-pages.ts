import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { onAws } from './aws-failure.ts';
import type { openCloudWatch } from './clients.ts';

/** Most queries of one GetMetricData (its quotas). */
export const maxQueries = 500;

/** What CloudWatch has for queries, newest values first; a query may have parts of its values on several pages. Throws Failure. */
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
