/**
 * A login that changes while its connections live: a password that is rotated, or a token that ends.
 *
 * Every connection that uses it logs in with what it is at that moment, so do its duplicates and, in a cluster, the
 * connections to the nodes. When it changes, the open connections are told at once, by AUTH between their other commands:
 * nothing under way is dropped, and a new login is in force everywhere before an old one ends. Two kinds cannot be told:
 * one that only listens in RESP2 connects again, and one that is being opened is refused and tried again.
 *
 * A new login is tried on one open connection first. A server that does not take it yet keeps its connections with the
 * old one, which also stays the login of those to come.
 */
import type { Cluster, Redis } from 'ioredis';
import { isLoginRefusal, isSameLogin, type Login } from './login.ts';
import { type ReauthenticationResult, reauthenticateConnections } from './move-connections.ts';

export type CredentialsEvent =
  /** Another login is in force; what became of the open connections. */
  | { type: 'login-changed'; connections: ReauthenticationResult }
  /** The server does not take the new login (yet), and the one before stays in force. */
  | { type: 'login-not-accepted' }
  /** The server refuses the login in force to new connections. Said once until one is let in. */
  | { type: 'login-rejected' }
  /** Where logins come from does not answer; the one in force stays. */
  | { type: 'login-unreadable'; reason: string };

export type CredentialsOptions = {
  /** What holds at first. */
  first: Login;
  /** What holds now. Rejects when that cannot be said; its message is told, so it holds no secret. */
  read: () => Promise<Login>;
  onEvent?: (event: CredentialsEvent) => void;
  /**
   * Open connections are told of a change at most this often, in ms; those to come use it at once. For tokens that change by
   * the minute while a connection outlives many of them. Default 0: of every change.
   */
  reauthenticateEveryMs?: number;
  /** After a refusal it is asked for anew; the shortest time between two such questions, in ms. It doubles to the longest. */
  initialBackoffMs?: number;
  maxBackoffMs?: number;
};

export type Credentials = {
  readonly current: Login;
  /** Asks what holds now and puts it in force. Never rejects; calls at the same time share one question. */
  refresh(): Promise<void>;
  /** Makes a connection, or those of a cluster, log in with what holds, and gives it back. */
  use<T extends Redis | Cluster>(redis: T): T;
};

export function createCredentials(options: CredentialsOptions): Credentials {
  const {
    read: ask,
    onEvent = () => {},
    reauthenticateEveryMs = 0,
    initialBackoffMs = 500,
    maxBackoffMs = 30_000,
  } = options;
  let current = options.first;
  const open = new Set<Redis>();
  let asking: Promise<void> | undefined;
  let pauseMs = initialBackoffMs;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let toldOfRefusal = false;
  let movedAtMs = performance.now();

  async function askAndMove(): Promise<void> {
    let login: Login;
    try {
      login = await ask();
    } catch (error) {
      onEvent({ type: 'login-unreadable', reason: error instanceof Error ? error.message : 'unknown' });
      return;
    }
    if (isSameLogin(login, current)) return;
    if (performance.now() - movedAtMs < reauthenticateEveryMs) {
      current = login;
      return;
    }
    const connections = await reauthenticateConnections(open, login, () => {
      current = login;
      movedAtMs = performance.now();
    });
    onEvent(connections === null ? { type: 'login-not-accepted' } : { type: 'login-changed', connections });
  }

  function refresh(): Promise<void> {
    asking ??= askAndMove().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  function authenticated(redis: Redis): void {
    open.add(redis);
    pauseMs = initialBackoffMs;
    toldOfRefusal = false;
  }

  function refused(): void {
    if (!toldOfRefusal) onEvent({ type: 'login-rejected' });
    toldOfRefusal = true;
    const nowMs = performance.now();
    if (nowMs < notBeforeMs) return;
    notBeforeMs = nowMs + pauseMs;
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
      if (isLoginRefusal(error)) refused();
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
      if (redis.isCluster) useCluster(redis as Cluster);
      else useConnection(redis as Redis);
      return redis;
    },
  };
}
