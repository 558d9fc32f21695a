import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CheckContext } from '../check-context.ts';
import { noReply } from '../no-reply.ts';
import { RedisReplyError } from '../wire/link.ts';
import { thresholds } from './thresholds.ts';

/** Compares the time of the server with the local time halfway between request and reply. */
export async function compareClocks({ link, options }: CheckContext): Promise<CheckValue<true>> {
  const sentMs = options.nowMs();
  let reply: unknown;
  try {
    reply = await link.send(options.timeoutMs, 'TIME');
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    return { detail: 'the server does not report its time', value: true };
  }
  const [seconds, micros] = Array.isArray(reply) ? reply : [];
  const serverMs = Number(seconds) * 1000 + Number(micros) / 1000;
  const aheadMs = Math.round((sentMs + options.nowMs()) / 2 - serverMs);
  const skewMs = Math.abs(aheadMs);
  const detail = `${skewMs} ms from the clock of this machine`;
  if (skewMs <= thresholds.clockSkewMs) return { detail, value: true };
  return { detail: '', value: true, findings: [clockSkew(aheadMs)] };
}

function clockSkew(aheadMs: number): Finding {
  const skewMs = Math.abs(aheadMs);
  return {
    code: 'clock_skew',
    severity: skewMs > thresholds.badClockSkewMs ? 'error' : 'warning',
    message: `The clock of this machine is ${(skewMs / 1000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of the server.`,
    cause: 'One of the two clocks is not synchronized with NTP. On AWS it is never that of ElastiCache.',
    remediation:
      'Turn on time synchronization on this machine (chrony with 169.254.169.123 on EC2): reminders, links and certificates depend on its clock.',
  };
}
