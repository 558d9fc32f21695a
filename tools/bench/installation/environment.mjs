/** The operator token of an installation that exists only for one measurement, on this machine. */
export const operatorToken = 'operator-token-for-measuring-0123456789';

/**
 * The environment of an installation's processes in development mode, which trusts X-Forwarded-For from this machine.
 *
 * @param {{ databaseUrl: string, redisUrl: string, keyPrefix: string }} where
 * @param {Readonly<Record<string, string>>} more
 * @returns {Readonly<Record<string, string>>}
 */
export function developmentEnvironment({ databaseUrl, redisUrl, keyPrefix }, more) {
  return {
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_KEY_PREFIX: keyPrefix,
    OPERATOR_TOKEN: operatorToken,
    // The benchmark measures the work, even on an overloaded machine.
    LOAD_SHEDDING: 'false',
    BOOKING_LINK_SECRET: 'booking-link-secret-for-measuring-012345',
    ...more,
  };
}
