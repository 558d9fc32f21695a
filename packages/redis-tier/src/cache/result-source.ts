/**
 * Where a result came from. local, remote: fresh, from this process or from Redis. stale: past its TTL, or served
 * because a load failed. miss: loaded by this call.
 */
export type CacheSource = 'local' | 'remote' | 'stale' | 'miss';
