import pg from 'pg';
import { clientConfig, type ServerAddress } from '../database/connection.ts';

export type ListenOptions = {
  server: ServerAddress;
  channels: readonly string[];
  applicationName: string;
  /**
   * Called for each notification, and for each channel after a reconnect, because notifications may have been missed.
   */
  onNotify: (channel: string) => void;
  onError: (error: Error) => void;
};

const initialBackoffMs = 100;
const maxBackoffMs = 2000;

/**
 * Listens on a separate connection and reconnects when it breaks. Notifications only reduce latency: behind a pooler
 * that drops LISTEN, or while disconnected, polling finds the same rows.
 */
export function listen({ server, channels, applicationName, onNotify, onError }: ListenOptions) {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = initialBackoffMs;
  let stopped = false;

  async function open(): Promise<void> {
    const mine = new pg.Client({
      ...clientConfig(server),
      application_name: applicationName,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    });
    client = mine;
    // An error after the end of the connection has no other listener and would end the process.
    mine.on('error', report);
    mine.once('end', openLater);
    mine.on('notification', ({ channel }) => onNotify(channel));
    try {
      await mine.connect();
      for (const channel of channels) await mine.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      pauseMs = initialBackoffMs;
      for (const channel of channels) onNotify(channel);
    } catch (error) {
      report(error as Error);
      await mine.end().catch(report);
      openLater();
    }
  }

  /** stop() makes a connection attempt fail, which is not an error. */
  function report(error: Error): void {
    if (!stopped) onError(error);
  }

  function openLater(): void {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void open();
    }, pauseMs);
    pauseMs = Math.min(pauseMs * 2, maxBackoffMs);
  }

  void open();
  return {
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(report);
    },
  };
}
