import type { EnvReader } from './env-reader.ts';

/** Requests that one subject may make in any rolling window. */
export type RateLimitConfig = { enabled: boolean; perMinute: number; perHour: number; perDay: number };

const bounds = { least: 1, most: 1_000_000_000 };

export function readRateLimitConfig(env: EnvReader): RateLimitConfig {
  const config = {
    enabled: env.boolean('RATE_LIMIT_ENABLED', true),
    perMinute: env.integer('RATE_LIMIT_PER_MINUTE', 60, bounds),
    perHour: env.integer('RATE_LIMIT_PER_HOUR', 1000, bounds),
    perDay: env.integer('RATE_LIMIT_PER_DAY', 10_000, bounds),
  };
  if (config.perHour < config.perMinute) {
    env.fault(
      'RATE_LIMIT_PER_HOUR is below RATE_LIMIT_PER_MINUTE, so the minute would never count: raise it.',
    );
  }
  if (config.perDay < config.perHour) {
    env.fault('RATE_LIMIT_PER_DAY is below RATE_LIMIT_PER_HOUR, so the hour would never count: raise it.');
  }
  return config;
}
