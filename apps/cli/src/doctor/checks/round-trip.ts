import { milliseconds } from '../../shared/checks/check-lines.ts';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CheckContext } from '../check-context.ts';
import { noReply } from '../no-reply.ts';
import { RedisReplyError } from '../wire/link.ts';
import { thresholds } from './thresholds.ts';

/** Latencies of PING in ms. */
export type RoundTrips = { count: number; least: number; median: number; p95: number; most: number };

const maxRoundTrips = 100;
/** Bounds the duration of the check on a slow connection. */
const measureForMs = 400;

export async function measureRoundTrips({ link, options }: CheckContext): Promise<CheckValue<RoundTrips>> {
  const times: number[] = [];
  const endMs = performance.now() + measureForMs;
  while (times.length < maxRoundTrips && (times.length < 3 || performance.now() < endMs)) {
    const startedMs = performance.now();
    try {
      await link.send(options.timeoutMs, 'PING');
    } catch (error) {
      if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    }
    times.push(performance.now() - startedMs);
  }
  const value = summaryOf(times);
  const detail =
    `median ${milliseconds(value.median)}, 95 % within ${milliseconds(value.p95)}, ` +
    `slowest ${milliseconds(value.most)} of ${value.count}`;
  return { detail, value, findings: value.median > thresholds.slowRoundTripMs ? [slow(value.median)] : [] };
}

export function summaryOf(times: readonly number[]): RoundTrips {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
  return {
    count: sorted.length,
    least: rounded(sorted[0] ?? 0),
    median: rounded(at(0.5)),
    p95: rounded(at(0.95)),
    most: rounded(at(1)),
  };
}

function slow(medianMs: number): Finding {
  const isHopeless = medianMs > thresholds.hopelessRoundTripMs;
  return {
    code: 'round_trip_slow',
    severity: isHopeless ? 'error' : 'warning',
    message: `A round trip takes ${milliseconds(medianMs)}${isHopeless ? '. The cache times out after 50 ms, so it would never be used' : ''}.`,
    cause: 'This machine is far from the server (another region, a VPN or a tunnel), or the server is busy.',
    remediation:
      'Run bookedbarber doctor on an API server. It must be in the region and VPC of the cluster, where a round trip takes 1 to 2 ms. If it is slow there too, check EngineCPUUtilization.',
  };
}
