import { isIP } from 'node:net';
import type { EnvReader } from '@bookedbarber/redis-tier/settings';
import { type Limits, type LimitsByName, largestLimit } from '../throttling/limit-names.ts';

/** Requests allowed per limit key in each sliding window, and the addresses that are trusted, exempt or blocked. */
export type RateLimitConfig = LimitsByName & {
  enabled: boolean;
  /** Addresses and networks of the proxies whose X-Forwarded-For is trusted. */
  trustedProxies: readonly string[];
  /** Addresses and networks exempt from limits. */
  allow: readonly string[];
  /** Addresses and networks whose requests are rejected. */
  deny: readonly string[];
};

const bounds = { least: 1, most: largestLimit };

export function readRateLimitConfig(env: EnvReader, production: boolean): RateLimitConfig {
  const defaults = {
    perMinute: env.integer('RATE_LIMIT_PER_MINUTE', 60, bounds),
    perHour: env.integer('RATE_LIMIT_PER_HOUR', 1000, bounds),
    perDay: env.integer('RATE_LIMIT_PER_DAY', 10_000, bounds),
  };
  if (defaults.perHour < defaults.perMinute) {
    env.report(
      'RATE_LIMIT_PER_HOUR is below RATE_LIMIT_PER_MINUTE, so the limit per minute has no effect: raise it.',
    );
  }
  if (defaults.perDay < defaults.perHour) {
    env.report(
      'RATE_LIMIT_PER_DAY is below RATE_LIMIT_PER_HOUR, so the limit per hour has no effect: raise it.',
    );
  }
  return {
    enabled: env.boolean('RATE_LIMIT_ENABLED', true),
    defaults,
    booking: readLimits(env, 'RATE_LIMIT_BOOKING', { perMinute: 20, perHour: 200, perDay: 1000 }),
    analytics: readLimits(env, 'RATE_LIMIT_ANALYTICS', { perMinute: 30, perHour: 500, perDay: 5000 }),
    auth: readLimits(env, 'RATE_LIMIT_AUTH', { perMinute: 5, perHour: 20, perDay: 100 }),
    addressFactor: env.integer('RATE_LIMIT_ADDRESS_FACTOR', 10, { least: 1, most: 1000 }),
    // In development the loopback addresses are trusted, so that one machine can simulate several clients.
    trustedProxies: readNetworks(env, 'TRUSTED_PROXIES', production ? [] : ['127.0.0.0/8', '::1/128']),
    allow: readNetworks(env, 'RATE_LIMIT_ALLOW', []),
    deny: readNetworks(env, 'RATE_LIMIT_DENY', []),
  };
}

/** Reads `20/200/1000`: limits per minute, hour and day. */
function readLimits(env: EnvReader, name: string, fallback: Limits): Limits {
  const text = env.text(name);
  if (text === undefined) return fallback;
  const [perMinute = 0, perHour = 0, perDay = 0] = text.split('/').map(Number);
  const isValid =
    /^\d{1,8}\/\d{1,8}\/\d{1,8}$/.test(text) &&
    perMinute >= 1 &&
    perMinute <= perHour &&
    perHour <= perDay &&
    perDay <= largestLimit;
  if (isValid) return { perMinute, perHour, perDay };
  env.report(
    `${name} must be the requests per minute, hour and day, such as 20/200/1000: each from 1 to ${largestLimit}, ` +
      'and none below the previous one.',
  );
  return fallback;
}

function readNetworks(env: EnvReader, name: string, fallback: readonly string[]): readonly string[] {
  const text = env.text(name);
  if (text === undefined) return fallback;
  const networks = text.split(',').map((part) => part.trim());
  if (networks.every(isNetwork)) return networks;
  env.report(
    `${name} must be a comma-separated list of addresses or networks, such as 10.0.0.0/16,fd00::/8.`,
  );
  return [];
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
