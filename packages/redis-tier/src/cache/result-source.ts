/**
 * Where an answer came from. local, remote: fresh, from this process or from Redis. stale: past its time, or standing in
 * for a load that failed. miss: loaded now.
 */
export type CacheSource = 'local' | 'remote' | 'stale' | 'miss';
