import { timers } from '../core/internal.ts';

/** A connection that receives notifications. `pg.Client` and `pg.PoolClient` fit. */
export type ListenClient = {
  query(text: string): Promise<unknown>;
  on(event: 'notification', listener: (notification: { channel: string }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
};

export type ListenOptions = {
  /** Opens a connection that nothing else uses, and closes it when `signal` is aborted, also while it is opened. */
  connect: (signal: AbortSignal) => Promise<ListenClient>;
  channels: readonly string[];
  /**
   * Called for each notification, and for each channel after a reconnect, because notifications may have been missed.
   */
  onNotify: (channel: string) => void;
  /** Called for each error of a connection. It is opened again. */
  onError: (error: Error) => void;
};

export type Listener = {
  /** Closes the connection, also while it is opened. */
  stop(): void;
};

const initialBackoffMs = 100;
const maxBackoffMs = 2000;

/**
 * Listens on a connection of its own and reconnects when it breaks. Notifications only reduce latency: behind a pooler
 * that drops LISTEN, or while disconnected, polling finds the same rows.
 */
export function listen({ connect, channels, onNotify, onError }: ListenOptions): Listener {
  let current: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = initialBackoffMs;
  let stopped = false;

  async function open(): Promise<void> {
    const mine = new AbortController();
    current = mine;
    try {
      const client = await connect(mine.signal);
      // An error after the end of the connection has no other listener and would end the process.
      client.on('error', report);
      client.on('end', () => reopen(mine));
      client.on('notification', ({ channel }) => notify(channel));
      for (const channel of channels) await client.query(`LISTEN "${channel.replaceAll('"', '""')}"`);
      pauseMs = initialBackoffMs;
      for (const channel of channels) notify(channel);
    } catch (error) {
      report(error as Error);
      reopen(mine);
    }
  }

  function notify(channel: string): void {
    if (!stopped) onNotify(channel);
  }

  /** stop() makes a connection attempt fail, which is not an error. */
  function report(error: Error): void {
    if (!stopped) onError(error);
  }

  /** Called by the first sign that a connection is unusable, and by its end. */
  function reopen(mine: AbortController): void {
    if (stopped || mine.signal.aborted) return;
    mine.abort();
    timer = timers.setTimeout(() => void open(), pauseMs);
    pauseMs = Math.min(pauseMs * 2, maxBackoffMs);
  }

  void open();
  return {
    stop() {
      stopped = true;
      timers.clearTimeout(timer);
      current?.abort();
    },
  };
}
