/**
 * A deadline and a breaker for one connection.
 *
 * The deadline is judged by progress: the connection has failed when commands wait and no reply has come for
 * `deadlineMs`. One late reply among many is no failure, and one timer serves all commands. Time in which this process
 * was itself late (a blocked event loop) is not the server's: the replies may already lie in the socket.
 *
 * A failed connection costs the commands under way at most the deadline, and those after it nothing: they are refused at
 * once until a probe is answered.
 */
import { RedisUnavailableError } from '../core/index.ts';

export type CircuitBreakerState = 'closed' | 'open';

export type CircuitBreaker = {
  /** closed: commands flow. open: they are refused at once. */
  readonly state: CircuitBreakerState;
  /** Commands sent and not answered yet. */
  readonly waiting: number;
  /** Runs `command`, which sends at once. Rejects with RedisUnavailableError, or with the error that the server replied. */
  send<T>(command: () => Promise<T>): Promise<T>;
  /** Refuses everything from now on. */
  close(): void;
};

/** What the guard needs of a client: ioredis and its Cluster both have it. */
export type CircuitBreakerClient = {
  readonly status: string;
  on(event: 'ready' | 'close', listener: () => void): unknown;
  off(event: 'ready' | 'close', listener: () => void): unknown;
  ping(): Promise<unknown>;
};

export type CircuitBreakerOptions = {
  /** Longest time without a reply while commands wait, in ms. Far below the socket's own time-out. */
  deadlineMs: number;
  /** Pause before the first probe of a failed connection, in ms; it doubles up to `maxBackoffMs`. */
  initialBackoffMs?: number;
  maxBackoffMs?: number;
  /** Hears of every change, with the reason of an opening. */
  onChange?: (state: CircuitBreakerState, reason: string) => void;
};

/** A timer that is later than this tells of a blocked event loop, in ms. */
const lateMs = 10;

export function createCircuitBreaker(
  client: CircuitBreakerClient,
  options: CircuitBreakerOptions,
): CircuitBreaker {
  const { deadlineMs, initialBackoffMs = 100, maxBackoffMs = 2000, onChange } = options;
  const waiting = new Set<(error: RedisUnavailableError) => void>();
  let state: CircuitBreakerState = client.status === 'ready' ? 'closed' : 'open';
  let progressMs = 0;
  let watchTimer: NodeJS.Timeout | undefined;
  let probeTimer: NodeJS.Timeout | undefined;
  let pauseMs = initialBackoffMs;
  let ended = false;

  function watch(inMs: number): void {
    const dueMs = performance.now() + inMs;
    watchTimer = setTimeout(() => {
      watchTimer = undefined;
      if (waiting.size === 0) return;
      const nowMs = performance.now();
      const lateByMs = nowMs - dueMs;
      if (lateByMs > lateMs) progressMs += lateByMs;
      const leftMs = progressMs + deadlineMs - nowMs;
      if (leftMs > 0) watch(leftMs);
      else openUnlessRead(progressMs);
    }, Math.ceil(inMs));
    watchTimer.unref();
  }

  /** Timers run before the sockets are read: after a blocked event loop the replies may lie there. They are read first. */
  function openUnlessRead(progressBeforeMs: number): void {
    setImmediate(() => {
      if (ended || waiting.size === 0) return;
      if (progressMs === progressBeforeMs) open(`no reply for ${deadlineMs} ms`);
      else if (watchTimer === undefined) watch(Math.max(1, progressMs + deadlineMs - performance.now()));
    });
  }

  function open(reason: string): void {
    const error = new RedisUnavailableError(reason);
    const rejected = [...waiting];
    waiting.clear();
    for (const reject of rejected) reject(error);
    if (state === 'open') return;
    state = 'open';
    pauseMs = initialBackoffMs;
    onChange?.('open', reason);
    probeLater();
  }

  function probeLater(): void {
    clearTimeout(probeTimer);
    if (ended) return;
    probeTimer = setTimeout(() => void probe(), pauseMs);
    probeTimer.unref();
    pauseMs = Math.min(pauseMs * 2, maxBackoffMs);
  }

  let probing = false;
  async function probe(): Promise<void> {
    if (ended || probing || isClosed()) return;
    clearTimeout(probeTimer);
    probing = true;
    const alive = client.status === 'ready' && (await answersPing());
    probing = false;
    if (ended || isClosed()) return;
    if (!alive) {
      probeLater();
      return;
    }
    state = 'closed';
    onChange?.('closed', 'a probe was answered');
  }

  function isClosed(): boolean {
    return state === 'closed';
  }

  function answersPing(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), deadlineMs).unref();
      client.ping().then(
        () => {
          clearTimeout(timer);
          resolve(true);
        },
        () => resolve(false),
      );
    });
  }

  const onReady = (): void => void probe();
  const onClose = (): void => open('the connection was closed');
  client.on('ready', onReady);
  client.on('close', onClose);

  return {
    get state() {
      return state;
    },
    get waiting() {
      return waiting.size;
    },
    send<T>(command: () => Promise<T>): Promise<T> {
      if (state === 'open') return Promise.reject(new RedisUnavailableError('the breaker is open'));
      return new Promise<T>((resolve, reject) => {
        if (waiting.size === 0) progressMs = performance.now();
        waiting.add(reject);
        if (watchTimer === undefined) watch(deadlineMs);
        command().then(
          (reply) => {
            progressMs = performance.now();
            waiting.delete(reject);
            resolve(reply);
          },
          (error: unknown) => {
            progressMs = performance.now();
            waiting.delete(reject);
            reject(
              isReply(error)
                ? error
                : new RedisUnavailableError('the command could not be sent', { cause: error }),
            );
          },
        );
      });
    },
    close(): void {
      ended = true;
      client.off('ready', onReady);
      client.off('close', onClose);
      clearTimeout(probeTimer);
      clearTimeout(watchTimer);
      open('the guard was closed');
      state = 'open';
    },
  };
}

/** An error that the server itself replied: the connection works. */
function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
