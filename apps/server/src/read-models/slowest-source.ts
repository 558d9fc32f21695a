import type { CacheResult, CacheSource } from '@bookedbarber/redis-tier/cache';

const bySpeed: readonly CacheSource[] = ['local', 'remote', 'stale', 'miss'];

/** The slowest source of several cache results. */
export function slowestSource(results: readonly Pick<CacheResult<unknown>, 'source'>[]): CacheSource {
  return results.reduce<CacheSource>(
    (slowest, { source }) => (bySpeed.indexOf(source) > bySpeed.indexOf(slowest) ? source : slowest),
    'local',
  );
}
