import { Redis, type RedisOptions } from 'ioredis';

export type ConnectionOptions = {
  /** redis:// or rediss://, with user and password where the server wants them. */
  url: string;
  /** Name under which the server lists the connection. */
  name: string;
  /** Longest time to reach the server, in ms. */
  connectTimeoutMs: number;
  /** Longest wait for the answer to a command, in ms. */
  commandTimeoutMs: number;
};

/** Longest pause between two attempts to connect, in ms. */
const longestReconnectPauseMs = 2000;

/**
 * Opens one connection and keeps it open. While the server is away a command fails at once instead of waiting in a queue,
 * and none is sent twice. `onError` hears why a connection failed; there is nothing to mend in it but the server.
 */
export function connect(options: ConnectionOptions, onError: (error: Error) => void): Redis {
  const { hostname, port, username, password, pathname, protocol } = new URL(options.url);
  const settings: Omit<RedisOptions, 'replyMapping'> = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    db: pathname.length > 1 ? Number(pathname.slice(1)) : 0,
    ...(protocol === 'rediss:' ? { tls: { servername: hostname } } : {}),
    connectionName: options.name,
    connectTimeout: options.connectTimeoutMs,
    commandTimeout: options.commandTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 8), longestReconnectPauseMs),
  };
  const redis = new Redis(settings);
  redis.on('error', onError);
  return redis;
}
