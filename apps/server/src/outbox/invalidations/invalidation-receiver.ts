/**
 * The second way of invalidations to this process: while it cannot reach Redis, it reads them from the database. Without
 * it, a process that is cut off would return an invalidated price, marked stale, for as long as the outage lasts, while
 * all others return the new one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startLoop } from '@bookedbarber/redis-tier/jobs';
import type { Db } from '../../database/connect.ts';
import type { ServerAddress } from '../../database/connection.ts';
import { type Listener, listen } from '../listen.ts';
import { outboxChannels } from '../notify.ts';
import { byNamespace, invalidationsOfLast, tagsOfRows } from './invalidations.ts';

export type InvalidationReceiverOptions = {
  db: Db;
  /** The database, for a connection of its own that is open only during an outage. */
  server: ServerAddress;
  /** Whether this process receives invalidations from Redis now. */
  receives: () => boolean;
  /** Applies an invalidation to this process alone; without tags, to the whole namespace. */
  apply: (namespace: string, tags: readonly string[]) => void;
  onError: (error: unknown) => void;
  /** Called after each check or read without an error. */
  onSuccess?: () => void;
  /** How often the state is checked and, during an outage, the database is read without a notification, in ms. */
  everyMs?: number;
};

/** Added to the time of the outage: notifications in flight at its beginning may be lost, in ms. */
const marginMs = 10_000;
const stopWithinMs = 1000;
const batch = 500;
/** Above this number of known ids, only those of the last scan are kept: to apply one again is harmless. */
const maxKnown = 50_000;

export function startInvalidationReceiver(options: InvalidationReceiverOptions) {
  const { db, server, receives, apply, onError, onSuccess, everyMs = 500 } = options;
  /**
   * When this process last received invalidations from Redis, by its steady clock. Before the first time, its local tier
   * is empty.
   */
  let receivedMs: number | undefined;
  /** The ids that this outage has brought. */
  let known = new Set<string>();
  let listener: Listener | undefined;

  async function receive(): Promise<void> {
    if (receives()) {
      receivedMs = performance.now();
      known = new Set();
      listener?.stop();
      listener = undefined;
      return;
    }
    if (receivedMs === undefined) return;
    listener ??= listen({
      server,
      channels: [outboxChannels.invalidations],
      applicationName: 'bookedbarber invalidations',
      onNotify: () => loop.wake(),
      // Notifications only reduce latency. When the database is unreachable, reading it fails and reports that.
      onError: () => {},
    });
    await applySince(receivedMs - marginMs);
  }

  /** Reads from the latest invalidation back, until there are no more or all of a batch are known. */
  async function applySince(sinceMs: number): Promise<void> {
    const read: string[] = [];
    let beforeId: string | undefined;
    for (;;) {
      const rows = await invalidationsOfLast(db, performance.now() - sinceMs, batch, beforeId);
      const unknown = rows.filter(({ id }) => !known.has(id));
      for (const [namespace, ofNamespace] of byNamespace(unknown)) apply(namespace, tagsOfRows(ofNamespace));
      read.push(...rows.map(({ id }) => id));
      beforeId = rows.at(-1)?.id;
      if (rows.length < batch || unknown.length === 0) break;
    }
    if (known.size > maxKnown) known = new Set();
    for (const id of read) known.add(id);
  }

  const loop = startLoop(() => receive().then(onSuccess), { everyMs, onError });
  return {
    /** Within a second, also while the database does not respond. */
    async stop(): Promise<void> {
      const ended = loop.stop().then(() => listener?.stop());
      await Promise.race([ended, delay(stopWithinMs, undefined, { ref: false })]);
    },
  };
}
