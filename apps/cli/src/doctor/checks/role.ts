import { parseInfo } from '@bookedbarber/redis-tier/connection';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CheckOptions } from '../check-context.ts';
import { noReply } from '../no-answer.ts';
import type { Target } from '../settings/settings-check.ts';
import { type RedisConnection, RedisReplyError } from '../wire/link.ts';

export type ServerKind = { info: ReadonlyMap<string, string>; inCluster: boolean; isReplica: boolean };

/** What kind of server it is, and whether it takes writes. Everything is read from INFO: ElastiCache blocks CONFIG. */
export async function findRole(
  link: RedisConnection,
  { server }: Target,
  { timeoutMs }: CheckOptions,
): Promise<CheckValue<ServerKind>> {
  const info = parseInfo(await askInfo(link, timeoutMs));
  const inCluster = info.get('cluster_enabled') === '1';
  const isReplica = info.get('role') === 'slave';
  const value = { info, inCluster, isReplica };
  const product = productOf(info);
  if (!isReplica) return { detail: `primary, ${product}`, value };
  // The endpoint of a cluster leads to any of its nodes, and the client finds the primaries by itself.
  if (inCluster) return { detail: `a replica of a cluster, ${product}`, value };
  return { detail: '', value, findings: [replicaEndpoint(server.host)] };
}

async function askInfo(link: RedisConnection, timeoutMs: number): Promise<string> {
  try {
    return String(await link.ask(timeoutMs, 'INFO'));
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    throw new CheckFailedError({
      code: error.code === 'NOPERM' ? 'user_without_rights' : 'info_refused',
      message: `The server does not say who it is: ${error.text}`,
      cause:
        error.code === 'NOPERM'
          ? 'The user may not run INFO, from which the health report and the invalidations read what they need.'
          : 'The command INFO has been renamed or switched off.',
      remediation: 'Give the user +info (see the check "rights" for all that it needs).',
    });
  }
}

function productOf(info: ReadonlyMap<string, string>): string {
  const valkey = info.get('valkey_version');
  return valkey === undefined
    ? `Redis ${info.get('redis_version') ?? 'of unknown version'}`
    : `Valkey ${valkey}`;
}

function replicaEndpoint(host: string): Finding {
  return {
    code: 'replica_endpoint',
    severity: 'error',
    message: 'This is a replica: it takes no writes, and its answers may be old.',
    cause: /(^|[.-])(ro|replica)[.-]/.test(host)
      ? 'The address is the Reader Endpoint.'
      : 'The address is that of a node, and another node is the primary now; or it is the Reader Endpoint.',
    remediation: 'Put the Primary Endpoint into REDIS_URL: it follows the primary through every failover.',
  };
}
