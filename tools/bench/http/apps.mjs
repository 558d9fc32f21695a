import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { logFile, tailOfFile } from '../../../dev/services/log-file.mjs';
import { UserError } from '../../../dev/setup/user-error.mjs';

const entry = fileURLToPath(new URL('app-process.mjs', import.meta.url));
const startWithinMs = 60_000;

/** @typedef {{ url: string, limitedUrl: string, cpuUs: () => Promise<number>, stop: () => Promise<void> }} App cpuUs: CPU time used since its start, in us */

/**
 * Starts an app in its own process, which exits when this one does.
 *
 * @param {{ order: import('./app-process.mjs').AppOrder, env: Readonly<Record<string, string>>, log: string }} options
 * @returns {Promise<App>}
 * @throws {UserError} when it does not start
 */
export async function startApp({ order, env, log }) {
  const output = logFile(log);
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', output.fd, output.fd, 'ipc'],
  });
  output.close();
  const ended = once(child, 'exit');
  child.send(order);
  const signal = AbortSignal.timeout(startWithinMs);
  const first = await Promise.race([
    once(child, 'message', { signal }).then(([message]) => message.urls),
    ended.then(() => undefined),
  ]).catch(() => undefined);
  if (first === undefined) {
    child.kill('SIGKILL');
    throw new UserError(`The app to measure did not start. Its log ends with:\n${tailOfFile(log)}`);
  }
  return {
    url: String(first[0]),
    /** The address of the same server with limits, if the order has some. */
    limitedUrl: String(first[1]),
    async cpuUs() {
      const replied = once(child, 'message', { signal: AbortSignal.timeout(startWithinMs) });
      child.send('cpu');
      const [{ cpu }] = await replied;
      return cpu.user + cpu.system;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/**
 * All settings that production requires. Nothing is sent to the SMTP server, because no worker runs.
 *
 * @param {{ databaseUrl: string, redisUrl: string, keyPrefix: string, operatorToken: string }} where
 * @param {Readonly<Record<string, string>>} more
 */
export function productionEnvironment({ databaseUrl, redisUrl, keyPrefix, operatorToken }, more = {}) {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'https://shop.example',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_KEY_PREFIX: keyPrefix,
    SMTP_URL: 'smtp://127.0.0.1:2525',
    MAIL_FROM: 'Shop <shop@shop.example>',
    OPERATOR_TOKEN: operatorToken,
    BOOKING_LINK_SECRET: 'booking-link-secret-for-measuring-012345',
    RATE_LIMIT_ENABLED: 'false',
    // The benchmark measures the work, even on an overloaded machine.
    LOAD_SHEDDING: 'false',
    ...more,
  };
}
