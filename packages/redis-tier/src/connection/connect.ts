import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Credentials } from './credentials.ts';

/** One Redis or Valkey server, or the endpoint of a managed one. */
export type RedisServer = {
  host: string;
  port: number;
  /** TLS with the certificate checked against the host name. */
  tls: boolean;
  /** Certificates to trust besides the system's, in PEM. */
  trustedCertificates?: string;
  username: string | null;
  password: string | null;
  /** A login that may change while connections live. It stands for `username` and `password`. */
  credentials?: Credentials;
  database: number;
  /** Longest time to reach the server, in ms. */
  connectTimeoutMs: number;
  keepAlive: boolean;
  /** Whether it is one of a cluster, or the endpoint of one. Default false. */
  cluster?: boolean;
};

export type ConnectionOptions = {
  server: RedisServer;
  /** Name under which the server lists the connection. */
  name: string;
  /** Longest wait for the answer to one command, in ms; the last resort behind a guard's deadline. */
  commandTimeoutMs: number;
};

/** Longest pause between two attempts to connect, in ms. */
const maxReconnectDelayMs = 2000;
const keepAliveMs = 30_000;

/** Nothing waits for a connection, nothing is sent twice. */
const failsAtOnce = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 8), maxReconnectDelayMs),
} satisfies RedisOptions;

/** What makes a connection of `connect`'s temper out of one that a cluster's client has to a primary. */
export const noQueueOptions: Omit<RedisOptions, 'replyMapping'> = {
  lazyConnect: false,
  readOnly: false,
  ...failsAtOnce,
};

export function isCluster(redis: Redis | Cluster): redis is Cluster {
  return redis.isCluster;
}

/**
 * Opens one connection and keeps it open. While the server is away a command fails at once instead of waiting in a queue,
 * and none is sent twice. `onError` hears why a connection failed; there is nothing to mend in it but the server.
 */
export function connect(options: ConnectionOptions, onError: (error: Error) => void): Redis {
  const redis = new Redis(connectionSettings(options));
  redis.on('error', onError);
  return options.server.credentials?.use(redis) ?? redis;
}

/**
 * As `connect`, for a cluster: the given server tells who the others are, and of those each is connected to when it is
 * needed. `more`: settings of the nodes' connections, and whether commands wait for a cluster that is not there.
 */
export function connectCluster(
  options: ConnectionOptions,
  onError: (error: Error) => void,
  more: { nodes?: Omit<RedisOptions, 'replyMapping'>; waits?: boolean } = {},
): Cluster {
  const { host, port, db: _only0, tls, retryStrategy, ...settings } = connectionSettings(options);
  // Certificates carry the names of nodes: each is checked against its own, and none is turned into an address before.
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

/** `connect` or `connectCluster`, as the server is. */
export function connectTo(options: ConnectionOptions, onError: (error: Error) => void): Redis | Cluster {
  return options.server.cluster === true ? connectCluster(options, onError) : connect(options, onError);
}

/** The settings of such a connection, for a library that opens its own. */
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
    ...failsAtOnce,
  };
}

function tlsOptions({ host, trustedCertificates }: RedisServer): { servername: string; ca?: string } {
  return { servername: host, ...(trustedCertificates === undefined ? {} : { ca: trustedCertificates }) };
}
