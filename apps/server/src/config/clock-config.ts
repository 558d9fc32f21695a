import type { EnvReader } from '@bookedbarber/redis-tier/settings';

export type ClockConfig = {
  /** Whose time it is: this machine's, or what the parent process says (for rehearsals). */
  time: 'system' | 'parent';
  /** Whose time the cache ages by: that of Redis, or what the parent process says. */
  cacheAges: 'system' | 'parent';
};

const whose = ['system', 'parent'] as const;

export function readClockConfig(env: EnvReader, production: boolean): ClockConfig {
  const config = {
    time: env.oneOf('CLOCK', whose, 'system'),
    cacheAges: env.oneOf('CACHE_CLOCK', whose, 'system'),
  };
  if (production && config.time === 'parent') {
    env.report('CLOCK=parent makes time up, which production does not do: take it out.');
  }
  if (config.cacheAges === 'parent' && config.time === 'system') {
    env.report('CACHE_CLOCK=parent wants CLOCK=parent too: set both, or take CACHE_CLOCK out.');
  }
  return config;
}
