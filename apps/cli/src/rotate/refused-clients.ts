import type { ServerAddress } from '@bookedbarber/redis-login/rotation';

export type LoginCounts = {
  /** Connections of others. */
  connections: number;
  /** Logins that the server has refused so far; null where it does not count them. */
  refused: number | null;
};

const answerWithinMs = 5000;

/** Asks each of the servers, on a connection of its own, who is connected and how many logins it has refused. */
export async function readAllLogins(
  addresses: readonly ServerAddress[],
  password: string,
): Promise<LoginCounts> {
  const seen = await Promise.all(addresses.map((address) => readLogins(address, password)));
  return seen.reduce((all, one) => ({
    connections: all.connections + one.connections,
    refused: all.refused === null || one.refused === null ? null : all.refused + one.refused,
  }));
}

async function readLogins(address: ServerAddress, password: string): Promise<LoginCounts> {
  const { connect } = await import('@bookedbarber/redis-tier/connection');
  const server = {
    ...address,
    username: null,
    password,
    database: 0,
    connectTimeoutMs: answerWithinMs,
    keepAlive: false,
  };
  return new Promise((resolve, reject) => {
    const options = { server, name: 'bookedbarber rotate', commandTimeoutMs: answerWithinMs };
    const redis = connect(options, (error) => {
      redis.disconnect();
      reject(error);
    });
    redis.on('ready', () => {
      const asked = Promise.all([
        redis.client('LIST'),
        redis.info('stats'),
        redis.call('ACL', 'LOG', '128').catch(() => null),
      ]);
      asked
        .then(
          ([list, stats, log]) =>
            resolve({
              connections: String(list).trim().split('\n').length - 1,
              refused: refusedIn(stats, log),
            }),
          reject,
        )
        .finally(() => redis.disconnect());
    });
  });
}

/** Redis and Valkey count them from 7.2 on; before, the log of refusals has the last ones, each with a count. */
function refusedIn(stats: string, log: unknown): number | null {
  const counted = /^acl_access_denied_auth:(\d+)/m.exec(stats)?.[1];
  if (counted !== undefined) return Number(counted);
  if (!Array.isArray(log)) return null;
  return log.reduce<number>((sum, entry: unknown) => sum + refusalsOf(entry), 0);
}

/** An entry is a list of names and values, or in newer answers an object. */
function refusalsOf(entry: unknown): number {
  const fields = Array.isArray(entry)
    ? Object.fromEntries(entry.flatMap((name, at) => (at % 2 === 0 ? [[String(name), entry[at + 1]]] : [])))
    : (entry as Record<string, unknown>);
  return fields['reason'] === 'auth' ? Number(fields['count'] ?? 0) : 0;
}
