import { resolve } from 'node:path';
import { projectFolder } from '../setup/project.mjs';
import { UserError } from '../setup/user-error.mjs';

/**
 * The settings of `npm start` itself. The server reads and checks the rest of the environment.
 *
 * @param {NodeJS.ProcessEnv} env
 * @throws {UserError} listing all problems
 */
export function readSettings(env) {
  const value = (/** @type {string} */ name) => env[name] || undefined;
  /** @type {string[]} */
  const problems = [];
  const isOff = (/** @type {string} */ name) => {
    const given = value(name) ?? 'on';
    if (!['on', 'off'].includes(given))
      problems.push(`${name} is ${JSON.stringify(given)}. It must be on or off.`);
    return given === 'off';
  };
  const port = Number(value('PORT') ?? 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    problems.push(`PORT is ${JSON.stringify(value('PORT'))}. It must be an integer from 1 to 65535.`);
  const demo = !isOff('BOOKEDBARBER_DEMO');
  const withoutRedis = isOff('BOOKEDBARBER_REDIS');
  if (withoutRedis && value('REDIS_URL') !== undefined)
    problems.push('BOOKEDBARBER_REDIS is off, but REDIS_URL names a server. Remove one of them.');
  if (problems.length > 0)
    throw new UserError(['BookedBarber cannot start with this environment:', ...problems].join('\n  - '));
  return {
    dataFolder: resolve(projectFolder, value('BOOKEDBARBER_DATA') ?? '.data'),
    port,
    /** The server's address on this machine. */
    url: `http://127.0.0.1:${port}`,
    /** The address for its users. */
    publicUrl: value('PUBLIC_URL') ?? `http://localhost:${port}`,
    /** External servers. */
    databaseUrl: value('DATABASE_URL'),
    redisUrl: value('REDIS_URL'),
    withoutRedis,
    demo,
    /** Whether mails are shown on a page instead of being sent. */
    mailbox: value('SMTP_URL') === undefined,
  };
}

/** @typedef {ReturnType<typeof readSettings>} StartSettings */
