/** Events of a cache. They contain no values and no secrets; reasons come from Redis or from the connection. */
export type CacheEvent =
  /** Redis is usable again. */
  | { type: 'up'; replicationId: string }
  /** Redis is unusable until the next `up`; every call loads. */
  | { type: 'down'; reason: string }
  /** The primary has a new replication id, after a failover or a restart. All entries stored before are misses. */
  | { type: 'replication-id-changed'; from: string; to: string }
  /** The local tier serves entries as fresh again, or has stopped because it may have missed an invalidation. */
  | { type: 'tracking-connected' }
  | { type: 'tracking-disconnected'; reason: string }
  /** An invalidation could not be applied and is pending. */
  | { type: 'invalidation-pending'; namespace: string; reason: string }
  /** Invalidations that were pending, or had to be repeated on a new replication id, have been applied. */
  | { type: 'invalidations-applied'; namespaces: number }
  | { type: 'load-failed'; policy: string; reason: string }
  /** A codec could not decode an entry; the value is loaded again. */
  | { type: 'entry-unreadable'; policy: string; reason: string }
  /** A loaded value was not stored. */
  | { type: 'store-rejected'; policy: string; reason: string };

export type OnCacheEvent = (event: CacheEvent) => void;
