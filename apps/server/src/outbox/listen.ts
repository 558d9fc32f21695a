import { type Listener, type ListenOptions, listen as listenOn } from '@bookedbarber/redis-tier/postgres';
import pg from 'pg';
import { clientConfig, type ServerAddress } from '../database/connection.ts';

export type { Listener };

/** Listens on a separate connection to the server, and reconnects when it breaks. */
export function listen({
  server,
  applicationName,
  ...options
}: Omit<ListenOptions, 'connect'> & { server: ServerAddress; applicationName: string }): Listener {
  return listenOn({
    ...options,
    async connect(signal) {
      const client = new pg.Client({
        ...clientConfig(server),
        application_name: applicationName,
        keepAlive: true,
        connectionTimeoutMillis: 5000,
      });
      // An error while the connection ends has no other listener and would end the process.
      client.on('error', () => {});
      const end = (): void => void client.end().catch(() => {});
      signal.addEventListener('abort', end, { once: true });
      await client.connect();
      return client;
    },
  });
}
