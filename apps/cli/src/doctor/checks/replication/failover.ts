import { closeOnReplicaWrite } from '@bookedbarber/elasticache';
import type { CheckValue } from '../../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../../shared/checks/finding.ts';
import type { CheckContext } from '../../check-context.ts';
import { noReply } from '../../no-reply.ts';
import { RedisReplyError } from '../../wire/link.ts';

/** Checks whether the server closes the connections of its clients when it is demoted. */
export async function checkFailover({ link, options }: CheckContext): Promise<CheckValue<true>> {
  let reply: unknown;
  try {
    reply = await link.send(options.timeoutMs, 'CONFIG', 'GET', 'close-on-replica-write');
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    return {
      detail:
        'unknown, because CONFIG is not allowed: on ElastiCache, bookedbarber status --aws reads close-on-replica-write',
      value: true,
      skipped: true,
    };
  }
  const [, setting] = Array.isArray(reply) ? reply : [];
  if (setting === closeOnReplicaWrite.value)
    return { detail: 'a demoted server closes the connections of clients that write to it', value: true };
  if (setting === 'no') return { detail: '', value: true, findings: [connectionsKept] };
  return {
    detail:
      'a demoted server keeps its connections, because it has no close-on-replica-write; the processes reopen theirs',
    value: true,
  };
}

const connectionsKept: Finding = {
  code: 'connections_kept_after_failover',
  severity: 'warning',
  message: 'close-on-replica-write is no: a demoted server keeps the connections of its clients.',
  cause:
    'The parameter group was changed; the default is yes. After a failover, clients stay connected to the old primary, which rejects their writes. The processes of the server reopen their connections within seconds; other clients may not.',
  remediation:
    'Set close-on-replica-write to yes in the parameter group of the cluster. It takes effect immediately.',
};
