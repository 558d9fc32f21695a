import type { ServerAddress } from '@bookedbarber/redis-login/rotation';

export type LoginCounts = {
  /** Connections of other clients. */
  connections: number;
  /** Logins that the server has rejected so far; null if it does not report them. */
  rejected: number | null;
};

const timeoutMs = 5000;

/** Reads the number of connections and of rejected logins from each server, over new connections. */
export async function readAllLogins(
  addresses: readonly ServerAddress[],
  password: string,
): Promise<LoginCounts> {
  const counts = await Promise.all(addresses.map((address) => readLogins(address, password)));
  return counts.reduce((sum, one) => ({
    connections: sum.connections + one.connections,
    rejected: sum.rejected === null || one.rejected === null ? null : sum.rejected + one.rejected,
  }));
}

async function readLogins(address: ServerAddress, password: string): Promise<LoginCounts> {
  const { connect } = await import('@bookedbarber/redis-tier/connection');
  const server = {
    ...address,
    username: null,
    password,
    database: 0,
    connectTimeoutMs: timeoutMs,
    keepAlive: false,
  };
  return new Promise((resolve, reject) => {
    const options = { server, name: 'bookedbarber rotate', commandTimeoutMs: timeoutMs };
    const redis = connect(options, (error) => {
      redis.disconnect();
      reject(error);
    });
    redis.on('ready', () => {
      const replies = Promise.all([
        redis.client('LIST'),
        redis.info('stats'),
        redis.call('ACL', 'LOG', '128').catch(() => null),
      ]);
      replies
        .then(
          ([list, stats, log]) =>
            resolve({
              connections: String(list).trim().split('\n').length - 1,
              rejected: rejectedLogins(stats, log),
            }),
          reject,
        )
        .finally(() => redis.disconnect());
    });
  });
}

/** Redis and Valkey count rejected logins since 7.2. Earlier versions list the latest ones in ACL LOG, with counts. */
function rejectedLogins(stats: string, log: unknown): number | null {
  const counted = /^acl_access_denied_auth:(\d+)/m.exec(stats)?.[1];
  if (counted !== undefined) return Number(counted);
  if (!Array.isArray(log)) return null;
  return log.reduce<number>((sum, entry: unknown) => sum + rejectionsOf(entry), 0);
}

/** An entry of ACL LOG: a list of names and values (RESP2) or an object (RESP3). */
function rejectionsOf(entry: unknown): number {
  const fields = Array.isArray(entry)
    ? Object.fromEntries(entry.flatMap((name, at) => (at % 2 === 0 ? [[String(name), entry[at + 1]]] : [])))
    : (entry as Record<string, unknown>);
  return fields['reason'] === 'auth' ? Number(fields['count'] ?? 0) : 0;
}
