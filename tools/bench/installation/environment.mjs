/** The secrets of an installation that lives for one measurement, on this machine alone. */
export const operatorToken = 'operator-token-for-measuring-0123456789';

/**
 * What the processes of an installation are told in development, where this machine is believed about X-Forwarded-For.
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
    // What is measured is the work, also where the machine has more to do than it can.
    LOAD_SHEDDING: 'false',
    BOOKING_LINK_SECRET: 'booking-link-secret-for-measuring-012345',
    ...more,
  };
}
