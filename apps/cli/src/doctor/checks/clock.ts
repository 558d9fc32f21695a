import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CheckContext } from '../check-context.ts';
import { noReply } from '../no-answer.ts';
import { RedisReplyError } from '../wire/link.ts';
import { thresholds } from './thresholds.ts';

/** How far the clocks are apart: the server's time against ours in the middle of the question. */
export async function compareClocks({ link, options: manner }: CheckContext): Promise<CheckValue<true>> {
  const askedMs = manner.nowMs();
  let reply: unknown;
  try {
    reply = await link.ask(manner.timeoutMs, 'TIME');
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    return { detail: 'the server does not tell its time', value: true };
  }
  const [seconds, micros] = Array.isArray(reply) ? reply : [];
  const serverMs = Number(seconds) * 1000 + Number(micros) / 1000;
  const aheadMs = Math.round((askedMs + manner.nowMs()) / 2 - serverMs);
  const skewMs = Math.abs(aheadMs);
  const detail = `${skewMs} ms apart from this machine's`;
  if (skewMs <= thresholds.clockSkewMs) return { detail, value: true };
  return { detail: '', value: true, findings: [clockSkew(aheadMs)] };
}

function clockSkew(aheadMs: number): Finding {
  const skewMs = Math.abs(aheadMs);
  return {
    code: 'clock_skew',
    severity: skewMs > thresholds.badClockSkewMs ? 'error' : 'warning',
    message: `This machine's clock is ${(skewMs / 1000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the server's.`,
    cause: 'One of the two does not keep time by NTP; on AWS it is never ElastiCache.',
    remediation:
      'Turn time synchronization on here (chrony with 169.254.169.123 on EC2): reminders, links and certificates go by this clock.',
  };
}
