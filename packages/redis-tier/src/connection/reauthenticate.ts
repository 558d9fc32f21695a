import type { Redis } from 'ioredis';
import { timers } from '../core/internal.ts';
import { isLoginRejection, type Login } from './login.ts';

/** The outcome for the open connections after a change of login. */
export type ReauthenticationResult = {
  /** Authenticated with the new login, without interruption. */
  renewed: number;
  /** Closed, to reconnect with the new login. */
  reopened: number;
  /** Rejected: they stay authenticated with the old login. */
  refused: number;
};

/**
 * Longest wait for one AUTH, in ms: longer than the few seconds for which a blocking read of a queue uses its
 * connection.
 */
const authTimeoutMs = 15_000;

/**
 * Authenticates open connections with a login. Tests it on one connection first: if the server rejects it, returns
 * null and changes nothing else. Calls `taken` after that one was accepted, or when there is none to test.
 */
export async function reauthenticateConnections(
  open: ReadonlySet<Redis>,
  login: Login,
  taken: () => void,
): Promise<ReauthenticationResult | null> {
  const ready = [...open].filter((redis) => redis.status === 'ready');
  // In RESP2 a subscriber takes no AUTH.
  const listening = ready.filter((redis) => redis.mode === 'subscriber');
  const talking = ready.filter((redis) => redis.mode !== 'subscriber');
  const connections: ReauthenticationResult = { renewed: 0, reopened: 0, refused: 0 };
  for (let first = talking.shift(); first !== undefined; first = talking.shift()) {
    const outcome = await logIn(first, login);
    if (outcome === 'refused') return null;
    connections[outcome]++;
    if (outcome === 'renewed') break;
  }
  taken();
  for (const redis of listening) reopen(redis);
  connections.reopened += listening.length;
  for (const outcome of await Promise.all(talking.map((redis) => logIn(redis, login))))
    connections[outcome]++;
  return connections;
}

/** Reconnects a connection that does not reply: it is useless with either login. */
async function logIn(redis: Redis, { username, password }: Login): Promise<keyof ReauthenticationResult> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = timers.setTimeout(() => reject(new Error('no reply')), authTimeoutMs).unref();
  });
  try {
    const auth = username === null ? redis.auth(password ?? '') : redis.auth(username, password ?? '');
    await Promise.race([auth, tooLong]);
    return 'renewed';
  } catch (error) {
    if (isLoginRejection(error)) return 'refused';
    reopen(redis);
    return 'reopened';
  } finally {
    timers.clearTimeout(timer);
  }
}

function reopen(redis: Redis): void {
  if (redis.status === 'ready') redis.disconnect(true);
}
