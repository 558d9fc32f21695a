/**
 * A deadline and a breaker for one connection.
 *
 * The deadline is judged by progress: the connection has failed when commands wait and no reply has arrived for
 * `deadlineMs`. One late reply among many is no failure, and one timer serves all commands. Time in which this
 * process's event loop was blocked does not count: the replies may already be in the socket.
 *
 * Commands in progress on a failed connection wait at most the deadline. Later commands are rejected immediately
 * until a probe is answered.
 */
import { RedisUnavailableError } from '../core/index.ts';
import { timers } from '../core/internal.ts';
import { listen } from './shared-listeners.ts';

export type CircuitBreakerState = 'closed' | 'open';

export type CircuitBreaker = {
  /** closed: commands are sent. open: commands are rejected immediately. */
  readonly state: CircuitBreakerState;
  /** Number of commands sent and not yet answered. */
  readonly waiting: number;
  /**
   * Runs `command`, which must send immediately. Rejects with RedisUnavailableError, or with the server's error. A command
   * of several steps asks `isWaiting` before the next one: false after the promise was rejected.
   */
  send<T>(command: (isWaiting: () => boolean) => Promise<T>): Promise<T>;
  /** Rejects every command from now on. Not reported by `onChange`, because it is no outage. */
  close(): void;
};

/** What the breaker needs from a client; ioredis and its Cluster both provide it. */
export type CircuitBreakerClient = {
  readonly status: string;
  on(event: 'ready' | 'close', listener: () => void): unknown;
  off(event: 'ready' | 'close', listener: () => void): unknown;
  ping(): Promise<unknown>;
};

export type CircuitBreakerOptions = {
  /** Longest time without a reply while commands wait, in ms. Must be far below the socket timeout. */
  deadlineMs: number;
  /** Pause before the first probe of a failed connection, in ms; it doubles up to `maxBackoffMs`. */
  initialBackoffMs?: number;
  maxBackoffMs?: number;
  /** Called on every change of state, with the reason. */
  onChange?: (state: CircuitBreakerState, reason: string) => void;
};

/** A timer that fires later than this means that the event loop was blocked, in ms. */
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
    const dueMs = timers.now() + inMs;
    watchTimer = timers.setTimeout(() => {
      watchTimer = undefined;
      if (waiting.size === 0) return;
      const nowMs = timers.now();
      const lateByMs = nowMs - dueMs;
      if (lateByMs > lateMs) progressMs += lateByMs;
      const leftMs = progressMs + deadlineMs - nowMs;
      if (leftMs > 0) watch(leftMs);
      else openUnlessRead(progressMs);
    }, Math.ceil(inMs));
    watchTimer.unref();
  }

  /**
   * Timers run before the sockets are read: after a blocked event loop, replies may be waiting there. Reads them
   * first.
   */
  function openUnlessRead(progressBeforeMs: number): void {
    timers.setImmediate(() => {
      if (ended || waiting.size === 0) return;
      if (progressMs === progressBeforeMs) open(`no reply for ${deadlineMs} ms`);
      else if (watchTimer === undefined) watch(Math.max(1, progressMs + deadlineMs - timers.now()));
    });
  }

  function open(reason: string): void {
    const error = new RedisUnavailableError(reason);
    const rejected = [...waiting];
    waiting.clear();
    for (const reject of rejected) reject(error);
    if (ended) state = 'open';
    if (state === 'open') return;
    state = 'open';
    pauseMs = initialBackoffMs;
    onChange?.('open', reason);
    probeLater();
  }

  function probeLater(): void {
    timers.clearTimeout(probeTimer);
    if (ended) return;
    probeTimer = timers.setTimeout(() => void probe(), pauseMs);
    probeTimer.unref();
    pauseMs = Math.min(pauseMs * 2, maxBackoffMs);
  }

  let probing = false;
  async function probe(): Promise<void> {
    if (ended || probing || isClosed()) return;
    timers.clearTimeout(probeTimer);
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
      const timer = timers.setTimeout(() => resolve(false), deadlineMs).unref();
      client.ping().then(
        () => {
          timers.clearTimeout(timer);
          // Replies that arrived in the same read are handled first: the limiter must not report what they have counted.
          timers.setImmediate(() => resolve(true));
        },
        () => resolve(false),
      );
    });
  }

  const onReady = (): void => void probe();
  const onClose = (): void => open('the connection was closed');
  const stopListening = [listen(client, 'ready', onReady), listen(client, 'close', onClose)];

  return {
    get state() {
      return state;
    },
    get waiting() {
      return waiting.size;
    },
    send<T>(command: (isWaiting: () => boolean) => Promise<T>): Promise<T> {
      if (state === 'open') return Promise.reject(new RedisUnavailableError('the circuit breaker is open'));
      return new Promise<T>((resolve, reject) => {
        if (waiting.size === 0) progressMs = timers.now();
        waiting.add(reject);
        if (watchTimer === undefined) watch(deadlineMs);
        command(() => waiting.has(reject)).then(
          (reply) => {
            progressMs = timers.now();
            waiting.delete(reject);
            resolve(reply);
          },
          (error: unknown) => {
            progressMs = timers.now();
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
      for (const stop of stopListening) stop();
      timers.clearTimeout(probeTimer);
      timers.clearTimeout(watchTimer);
      open('the client was shut down');
    },
  };
}

/** An error reply of the server: the connection works. */
function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
