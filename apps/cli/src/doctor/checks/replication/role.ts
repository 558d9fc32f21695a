import { parseInfo } from '@bookedbarber/redis-tier/connection';
import type { CheckValue } from '../../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../../shared/checks/finding.ts';
import type { CheckOptions } from '../../check-context.ts';
import { noReply } from '../../no-reply.ts';
import type { Target } from '../../settings/settings-check.ts';
import { type RedisConnection, RedisReplyError } from '../../wire/link.ts';

export type ServerKind = { info: ReadonlyMap<string, string>; inCluster: boolean; isReplica: boolean };

/** Reads the role and product of the server from INFO, because ElastiCache blocks CONFIG. */
export async function findRole(
  link: RedisConnection,
  { server }: Target,
  { timeoutMs }: CheckOptions,
): Promise<CheckValue<ServerKind>> {
  const info = parseInfo(await readInfo(link, timeoutMs));
  const inCluster = info.get('cluster_enabled') === '1';
  const isReplica = isReplicaRole(info);
  const value = { info, inCluster, isReplica };
  const product = productOf(info);
  if (!isReplica) return { detail: `primary, ${product}`, value };
  // The endpoint of a cluster resolves to any node; the client finds the primaries.
  if (inCluster) return { detail: `replica in a cluster, ${product}`, value };
  return { detail: '', value, findings: [replicaEndpoint(server.host)] };
}

export function isReplicaRole(info: ReadonlyMap<string, string>): boolean {
  const role = info.get('role');
  return role === 'slave' || role === 'replica';
}

/** The reply to INFO. Throws CheckFailedError. */
export async function readInfo(link: RedisConnection, timeoutMs: number): Promise<string> {
  try {
    return String(await link.send(timeoutMs, 'INFO'));
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    throw new CheckFailedError({
      code: error.code === 'NOPERM' ? 'user_without_rights' : 'info_refused',
      message: `The server rejected INFO: ${error.text}`,
      cause:
        error.code === 'NOPERM'
          ? 'The user may not run INFO, which the health report and invalidation need.'
          : 'The command INFO is renamed or disabled.',
      remediation: 'Give the user +info. The check "rights" lists all permissions that it needs.',
    });
  }
}

function productOf(info: ReadonlyMap<string, string>): string {
  const valkey = info.get('valkey_version');
  return valkey === undefined
    ? `Redis ${info.get('redis_version') ?? '(unknown version)'}`
    : `Valkey ${valkey}`;
}

export function replicaEndpoint(host: string): Finding {
  return {
    code: 'replica_endpoint',
    severity: 'error',
    message: 'The server is a replica: it rejects writes, and its data may be stale.',
    cause: /(^|[.-])(ro|replica)[.-]/.test(host)
      ? 'The URL contains the Reader Endpoint.'
      : 'The URL contains the Reader Endpoint, or the address of a node that is no longer the primary.',
    remediation: 'Set REDIS_URL to the Primary Endpoint, which follows the primary through failovers.',
  };
}
