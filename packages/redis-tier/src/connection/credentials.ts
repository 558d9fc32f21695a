/**
 * A login that changes while connections are open: a rotated password, or a token that expires.
 *
 * Every connection that uses it logs in with the current login, as do its duplicates and, in a cluster, the
 * connections to the nodes. When the login changes, open connections receive AUTH between their other commands: no
 * command is dropped, and the new login is in use everywhere before the old one expires. Two kinds cannot take AUTH:
 * a RESP2 subscriber, which reconnects, and a connection that is being opened, which is refused and retried.
 *
 * A new login is tested on one open connection first. If the server does not accept it yet, all connections stay with
 * the old login, and new ones use it too.
 */

import type { Cluster, Redis } from 'ioredis';
import { timers } from '../core/internal.ts';
import { isLoginRejection, isSameLogin, type Login } from './login.ts';
import { type ReauthenticationResult, reauthenticateConnections } from './reauthenticate.ts';
import { commandsOf, isCluster, type RedisClient } from './redis-client.ts';

export type CredentialsEvent =
  /** Another login is in use; the outcome for the open connections. */
  | { type: 'login-changed'; connections: ReauthenticationResult }
  /** The server does not accept the new login yet; the previous one stays in use. */
  | { type: 'login-not-accepted' }
  /** The server rejects the current login for new connections. Reported once until a connection succeeds. */
  | { type: 'login-rejected' }
  /** The source of logins is not readable; the current login stays in use. */
  | { type: 'login-unreadable'; reason: string };

export type CredentialsOptions = {
  /** The initial login. */
  first: Login;
  /** Reads the current login. May reject; the error message is reported, so it must not contain secrets. */
  read: () => Promise<Login>;
  onEvent?: (event: CredentialsEvent) => void;
  /**
   * Shortest time between two changes of login on open connections, in ms; new connections use a new login
   * immediately. For tokens that change every minute while a connection outlives many of them. Default 0: every
   * change.
   */
  reauthenticateEveryMs?: number;
  /**
   * After a rejection the login is read again; the shortest time between two reads, in ms. It doubles up to
   * `maxBackoffMs`.
   */
  initialBackoffMs?: number;
  maxBackoffMs?: number;
  /** The monotonic time by which these intervals are measured, in ms. Default: `performance.now`. */
  nowMs?: () => number;
};

export type Credentials = {
  readonly current: Login;
  /** Reads the current login and applies it. Never rejects; concurrent calls share one read. */
  refresh(): Promise<void>;
  /** Makes a connection, or those of a cluster, log in with the current login, and returns it. */
  use<T extends RedisClient>(redis: T): T;
};

export function createCredentials(options: CredentialsOptions): Credentials {
  const {
    read,
    onEvent = () => {},
    reauthenticateEveryMs = 0,
    initialBackoffMs = 500,
    maxBackoffMs = 30_000,
    nowMs = () => timers.now(),
  } = options;
  let current = options.first;
  const open = new Set<Redis>();
  let refreshing: Promise<void> | undefined;
  let pauseMs = initialBackoffMs;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let rejectionReported = false;
  let lastAuthMs = nowMs();

  async function readAndApply(): Promise<void> {
    let login: Login;
    try {
      login = await read();
    } catch (error) {
      onEvent({ type: 'login-unreadable', reason: error instanceof Error ? error.message : 'unknown' });
      return;
    }
    if (isSameLogin(login, current)) return;
    if (nowMs() - lastAuthMs < reauthenticateEveryMs) {
      current = login;
      return;
    }
    const connections = await reauthenticateConnections(open, login, () => {
      current = login;
      lastAuthMs = nowMs();
    });
    onEvent(connections === null ? { type: 'login-not-accepted' } : { type: 'login-changed', connections });
  }

  function refresh(): Promise<void> {
    refreshing ??= readAndApply().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  function authenticated(redis: Redis): void {
    open.add(redis);
    pauseMs = initialBackoffMs;
    rejectionReported = false;
  }

  function rejected(): void {
    if (!rejectionReported) onEvent({ type: 'login-rejected' });
    rejectionReported = true;
    const rejectedMs = nowMs();
    if (rejectedMs < notBeforeMs) return;
    notBeforeMs = rejectedMs + pauseMs;
    pauseMs = Math.min(pauseMs * 2, maxBackoffMs);
    void refresh();
  }

  const live: PropertyDescriptorMap = {
    username: { get: () => current.username ?? undefined, enumerable: true, configurable: true },
    password: { get: () => current.password ?? undefined, enumerable: true, configurable: true },
  };

  function useConnection(redis: Redis): Redis {
    Object.defineProperties(redis.options, live);
    const duplicate = redis.duplicate.bind(redis);
    redis.duplicate = (override) => useConnection(duplicate(override));
    redis.on('ready', () => authenticated(redis));
    redis.on('close', () => open.delete(redis));
    redis.on('error', (error) => {
      if (isLoginRejection(error)) rejected();
    });
    if (redis.status === 'ready') authenticated(redis);
    return redis;
  }

  function useCluster(cluster: Cluster): Cluster {
    cluster.options.redisOptions ??= {};
    Object.defineProperties(cluster.options.redisOptions, live);
    const duplicate = cluster.duplicate.bind(cluster);
    cluster.duplicate = (...overrides) => useCluster(duplicate(...overrides));
    cluster.on('+node', (node: Redis) => useConnection(node));
    for (const node of cluster.nodes()) useConnection(node);
    return cluster;
  }

  return {
    get current() {
      return current;
    },
    refresh,
    use(redis) {
      const commands = commandsOf(redis);
      if (isCluster(commands)) useCluster(commands);
      else useConnection(commands);
      return redis;
    },
  };
}
