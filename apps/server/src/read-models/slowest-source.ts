import type { Answer, CacheSource } from '@bookedbarber/redis-tier/cache';

const bySpeed: readonly CacheSource[] = ['local', 'remote', 'stale', 'miss'];

/** Where the slowest part of what was made of several answers came from. */
export function slowestSource(answers: readonly Pick<Answer<unknown>, 'source'>[]): CacheSource {
  return answers.reduce<CacheSource>(
    (worst, { source }) => (bySpeed.indexOf(source) > bySpeed.indexOf(worst) ? source : worst),
    'local',
  );
}
