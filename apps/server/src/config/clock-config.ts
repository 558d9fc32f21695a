import type { EnvReader } from '@bookedbarber/redis-tier/settings';

export type ClockConfig = {
  /** Source of the current time: the system clock, or the parent process (for simulations). */
  time: 'system' | 'parent';
  /** Source of the time for cache ages: the Redis server, or the parent process. */
  cacheAges: 'system' | 'parent';
};

const sources = ['system', 'parent'] as const;

export function readClockConfig(env: EnvReader, production: boolean): ClockConfig {
  const config = {
    time: env.oneOf('CLOCK', sources, 'system'),
    cacheAges: env.oneOf('CACHE_CLOCK', sources, 'system'),
  };
  if (production && config.time === 'parent') {
    env.report('CLOCK=parent simulates time, which production does not allow: remove it.');
  }
  if (config.cacheAges === 'parent' && config.time === 'system') {
    env.report('CACHE_CLOCK=parent requires CLOCK=parent: set both, or remove CACHE_CLOCK.');
  }
  return config;
}
