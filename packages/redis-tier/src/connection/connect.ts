import { isIP } from 'node:net';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Credentials } from './credentials.ts';

/** One Redis or Valkey server, or the endpoint of a managed one. */
export type RedisServer = {
  host: string;
  port: number;
  /** TLS, with the certificate checked against the host name. */
  tls: boolean;
  /** Certificates to trust in addition to the system's, in PEM. */
  trustedCertificates?: string;
  username: string | null;
  password: string | null;
  /** A login that may change while connections are open. It replaces `username` and `password`. */
  credentials?: Credentials;
  database: number;
  /** Longest time to reach the server, in ms. */
  connectTimeoutMs: number;
  keepAlive: boolean;
  /** Whether the server is a node of a cluster, or the endpoint of a cluster. Default false. */
  cluster?: boolean;
};

export type ConnectionOptions = {
  server: RedisServer;
  /** Name of the connection in CLIENT LIST. */
  name: string;
  /** Longest wait for the reply to one command, in ms; the last resort after a circuit breaker's deadline. */
  commandTimeoutMs: number;
};

/** Longest pause between two attempts to connect, in ms. */
const maxReconnectDelayMs = 2000;
const keepAliveMs = 30_000;

/** No command waits for a connection, and none is sent twice. */
export const failFastOptions: Omit<RedisOptions, 'replyMapping'> = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 8), maxReconnectDelayMs),
};

/** Options that give a cluster client's connection to a primary the same behavior as `connect`. */
export const noQueueOptions: Omit<RedisOptions, 'replyMapping'> = {
  lazyConnect: false,
  readOnly: false,
  enableAutoPipelining: false,
  ...failFastOptions,
};

/**
 * Opens one connection and reconnects when it is lost. While the server is unavailable, a command fails immediately
 * instead of waiting in a queue, and none is sent twice. `onError` receives the reason when a connection fails, for
 * logging only.
 */
export function connect(options: ConnectionOptions, onError: (error: Error) => void): Redis {
  const redis = new Redis(connectionSettings(options));
  redis.on('error', onError);
  return options.server.credentials?.use(redis) ?? redis;
}

/**
 * As `connect`, for a cluster: the given server provides the list of nodes, and each node is connected to when it is
 * needed. `more`: settings of the connections to nodes, and whether commands wait while the cluster is unavailable.
 */
export function connectCluster(
  options: ConnectionOptions,
  onError: (error: Error) => void,
  more: { nodes?: Omit<RedisOptions, 'replyMapping'>; waits?: boolean } = {},
): Cluster {
  const { host, port, db: _only0, tls, retryStrategy, ...settings } = connectionSettings(options);
  // Certificates contain host names of nodes: each is checked against its own name, so names are not resolved before.
  const { servername: _ofEndpoint, ...nodeTls } = tls ?? {};
  const cluster = new Cluster([{ host: host ?? '', port: port ?? 0 }], {
    redisOptions: { ...settings, ...(tls === undefined ? {} : { tls: nodeTls }), ...more.nodes },
    dnsLookup: (address, callback) => callback(null, address),
    enableOfflineQueue: more.waits === true,
    clusterRetryStrategy: (attempt) => retryStrategy?.(attempt) ?? null,
    slotsRefreshTimeout: options.commandTimeoutMs,
  });
  cluster.on('error', onError);
  return options.server.credentials?.use(cluster) ?? cluster;
}

/** Calls `connect` or `connectCluster`, depending on the server. */
export function connectTo(options: ConnectionOptions, onError: (error: Error) => void): Redis | Cluster {
  return options.server.cluster === true ? connectCluster(options, onError) : connect(options, onError);
}

/** The ioredis settings of such a connection. */
export function connectionSettings({
  server,
  name,
  commandTimeoutMs,
}: ConnectionOptions): Omit<RedisOptions, 'replyMapping'> {
  const { username, password } = server.credentials?.current ?? server;
  return {
    host: server.host,
    port: server.port,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    db: server.database,
    ...(server.tls ? { tls: tlsOptions(server) } : {}),
    connectionName: name,
    connectTimeout: server.connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    ...(server.keepAlive ? { keepAlive: keepAliveMs } : {}),
    ...failFastOptions,
  };
}

function tlsOptions({ host, trustedCertificates }: RedisServer): { servername?: string; ca?: string } {
  return {
    // Newer versions of Node reject an address here. The certificate of an address is checked without it.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(trustedCertificates === undefined ? {} : { ca: trustedCertificates }),
  };
}
