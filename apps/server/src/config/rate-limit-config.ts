import { isIP } from 'node:net';
import type { EnvReader } from '@bookedbarber/redis-tier/settings';

/** Requests that one subject may make in any rolling window. */
export type RateLimitConfig = {
  enabled: boolean;
  perMinute: number;
  perHour: number;
  perDay: number;
  /** Addresses and networks of the proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
};

const bounds = { least: 1, most: 1_000_000_000 };

export function readRateLimitConfig(env: EnvReader, production: boolean): RateLimitConfig {
  const config = {
    enabled: env.boolean('RATE_LIMIT_ENABLED', true),
    perMinute: env.integer('RATE_LIMIT_PER_MINUTE', 60, bounds),
    perHour: env.integer('RATE_LIMIT_PER_HOUR', 1000, bounds),
    perDay: env.integer('RATE_LIMIT_PER_DAY', 10_000, bounds),
    trustedProxies: readTrustedProxies(env, production),
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

/** In development this machine itself is trusted, so that clients can be told apart in a rehearsal. */
function readTrustedProxies(env: EnvReader, production: boolean): string[] {
  const text = env.text('TRUSTED_PROXIES');
  if (text === undefined) return production ? [] : ['127.0.0.0/8', '::1/128'];
  const proxies = text.split(',').map((part) => part.trim());
  if (!proxies.every(isNetwork)) {
    env.fault(
      'TRUSTED_PROXIES wants addresses or networks with commas between, such as 10.0.0.0/16,fd00::/8.',
    );
    return [];
  }
  return proxies;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
