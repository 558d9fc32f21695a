import type { Redis } from 'ioredis';
import { isLoginRefusal, type Login } from './login.ts';

/** What became of the open connections when another login came into force. */
export type ReauthenticationResult = {
  /** Logged in with it, without a break. */
  renewed: number;
  /** Closed, to connect again with it. */
  reopened: number;
  /** Refused: they go on as who they were. */
  refused: number;
};

/** Longest wait for one AUTH, in ms: above the few seconds for which a blocking read of a queue holds its connection. */
const authTimeoutMs = 15_000;

/**
 * Logs open connections in with a login. One is asked first, and nothing else happens when the server refuses it: null.
 * `taken` is called once that one was let in, or when there is none to ask.
 */
export async function reauthenticateConnections(
  open: ReadonlySet<Redis>,
  login: Login,
  taken: () => void,
): Promise<ReauthenticationResult | null> {
  const ready = [...open].filter((redis) => redis.status === 'ready');
  // In RESP2 a connection that listens takes no AUTH.
  const listening = ready.filter((redis) => redis.mode === 'subscriber');
  const talking = ready.filter((redis) => redis.mode !== 'subscriber');
  const connections: ReauthenticationResult = { renewed: 0, reopened: 0, refused: 0 };
  for (let first = talking.shift(); first !== undefined; first = talking.shift()) {
    const answer = await logIn(first, login);
    if (answer === 'refused') return null;
    connections[answer]++;
    if (answer === 'renewed') break;
  }
  taken();
  for (const redis of listening) reopen(redis);
  connections.reopened += listening.length;
  for (const answer of await Promise.all(talking.map((redis) => logIn(redis, login)))) connections[answer]++;
  return connections;
}

/** A connection that does not answer is of no use with either login. */
async function logIn(redis: Redis, { username, password }: Login): Promise<keyof ReauthenticationResult> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), authTimeoutMs).unref();
  });
  try {
    const auth = username === null ? redis.auth(password ?? '') : redis.auth(username, password ?? '');
    await Promise.race([auth, tooLong]);
    return 'renewed';
  } catch (error) {
    if (isLoginRefusal(error)) return 'refused';
    reopen(redis);
    return 'reopened';
  } finally {
    clearTimeout(timer);
  }
}

function reopen(redis: Redis): void {
  if (redis.status === 'ready') redis.disconnect(true);
}
