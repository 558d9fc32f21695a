import type { CacheResult, CacheSource } from '@bookedbarber/redis-tier/cache';

/** By speed, but a stale part makes the whole stale, also if another part had to be loaded. */
const order: readonly CacheSource[] = ['local', 'remote', 'miss', 'stale'];

/** The source of a response that is computed from several cache results. */
export function sourceOfParts(parts: readonly Pick<CacheResult<unknown>, 'source'>[]): CacheSource {
  return parts.reduce<CacheSource>(
    (whole, { source }) => (order.indexOf(source) > order.indexOf(whole) ? source : whole),
    'local',
  );
}
