/** What the cache tells of itself. No values, no secrets; reasons are the words of Redis or of the connection. */
export type CacheEvent =
  /** Redis is used again. */
  | { type: 'up'; replicationId: string }
  /** Redis is not used until further notice; every call loads for itself. */
  | { type: 'down'; reason: string }
  /** The primary has another history: a failover or a restart. All that was cached before is a miss. */
  | { type: 'replication-id-changed'; from: string; to: string }
  /** The local tier answers as fresh again, or has stopped to because it may have missed an invalidation. */
  | { type: 'tracking-connected' }
  | { type: 'tracking-disconnected'; reason: string }
  /** An invalidation could not be applied and is kept. */
  | { type: 'invalidation-pending'; namespace: string; reason: string }
  /** What was kept, or had to be repeated on another lineage, has been applied. */
  | { type: 'invalidations-applied'; namespaces: number }
  | { type: 'load-failed'; policy: string; reason: string }
  /** A loaded value was not stored. */
  | { type: 'store-rejected'; policy: string; reason: string };

export type OnCacheEvent = (event: CacheEvent) => void;
