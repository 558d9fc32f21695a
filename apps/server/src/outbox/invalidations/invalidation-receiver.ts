/**
 * The second way of invalidations to this process: while it cannot reach Redis, it reads them from the database. Without
 * it, a process that is cut off would return an invalidated price, marked stale, for as long as the outage lasts, while
 * all others return the new one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startLoop } from '@bookedbarber/redis-tier/jobs';
import type { Db } from '../../database/connect.ts';
import type { ServerAddress } from '../../database/connection.ts';
import { listen } from '../listen.ts';
import { outboxChannels } from '../notify.ts';
import { invalidationsOfLast, tagsOfRows } from './invalidations.ts';

export type InvalidationReceiverOptions = {
  db: Db;
  /** The database, for a connection of its own that is open only during an outage. */
  server: ServerAddress;
  /** Whether this process receives invalidations from Redis now. */
  receives: () => boolean;
  /** Applies an invalidation to this process alone; without tags, to the whole namespace. */
  apply: (namespace: string, tags: readonly string[]) => void;
  onError: (error: unknown) => void;
  /** How often the state is checked and, during an outage, the database is read without a notification, in ms. */
  everyMs?: number;
};

/** Added to the time of the outage: notifications in flight at its beginning may be lost, in ms. */
const marginMs = 10_000;
const stopWithinMs = 1000;
/** More rows than this are an invalidation of their whole namespaces. */
const maxRows = 1000;

export function startInvalidationReceiver(options: InvalidationReceiverOptions) {
  const { db, server, receives, apply, onError, everyMs = 500 } = options;
  /**
   * When this process last received invalidations from Redis, by its steady clock. Before the first time, its local tier
   * is empty.
   */
  let receivedMs: number | undefined;
  const known = new Set<string>();
  let listener: ReturnType<typeof listen> | undefined;

  async function receive(): Promise<void> {
    if (receives()) {
      receivedMs = performance.now();
      known.clear();
      const ended = listener;
      listener = undefined;
      await ended?.stop();
      return;
    }
    if (receivedMs === undefined) return;
    listener ??= listen({
      server,
      channels: [outboxChannels.invalidations],
      applicationName: 'bookedbarber invalidations',
      onNotify: () => loop.wake(),
      onError,
    });
    const rows = await invalidationsOfLast(db, performance.now() - receivedMs + marginMs, maxRows + 1);
    const isTooMany = rows.length > maxRows;
    const namespaces = new Set(rows.filter(({ id }) => !known.has(id)).map(({ namespace }) => namespace));
    for (const namespace of namespaces)
      apply(namespace, isTooMany ? [] : tagsOfRows(rows.filter((row) => row.namespace === namespace)));
    for (const { id } of rows) known.add(id);
  }

  const loop = startLoop(receive, { everyMs, onError });
  return {
    /** Within a second, also while the database does not respond. */
    async stop(): Promise<void> {
      const ended = loop.stop().then(() => listener?.stop());
      await Promise.race([ended, delay(stopWithinMs, undefined, { ref: false })]);
    },
  };
}
