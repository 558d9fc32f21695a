import { isAbsolute, resolve } from 'node:path';
import { UserError } from '../setup/trouble.mjs';

/**
 * @typedef {object} StartSettings
 * @property {boolean} production
 * @property {string} dataFolder
 * @property {number} port
 * @property {boolean} portIsChosen whether the person said it
 * @property {string} host where the server listens
 * @property {string} url where this machine reaches it
 * @property {string} publicUrl where its users reach it
 * @property {string | undefined} databaseUrl a server of the person's own
 * @property {string | undefined} redisUrl a server of the person's own
 * @property {boolean} withoutRedis
 * @property {boolean} demo
 * @property {boolean} mailbox whether mails are kept on a page instead of being sent
 */

const defaultPort = 3000;

/**
 * Reads what `npm start` itself needs to know. Everything else in the environment goes to the server, which has
 * its own reader.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {{ projectFolder: string, defaultDataFolder: string }} folders
 * @returns {StartSettings}
 * @throws {UserError} with all that is wrong, not only the first
 */
export function readSettings(env, { projectFolder, defaultDataFolder }) {
  const value = (/** @type {string} */ name) => (env[name] === '' ? undefined : env[name]);
  /** @type {string[]} */
  const faults = [];
  const production = value('NODE_ENV') === 'production';
  const portText = value('PORT');
  const port = portText === undefined ? defaultPort : Number(portText);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    faults.push(`PORT is ${JSON.stringify(portText)}. It has to be a number from 1 to 65535.`);
  }
  for (const name of production ? neededInProduction : []) {
    if (value(name.variable) === undefined) faults.push(`${name.variable} is missing. ${name.remediation}`);
  }
  const demo = oneOf(env, 'BOOKEDBARBER_DEMO', ['on', 'off'], faults) !== 'off';
  const withoutRedis = oneOf(env, 'BOOKEDBARBER_REDIS', ['on', 'off'], faults) === 'off';
  checkUrl(value('DATABASE_URL'), 'DATABASE_URL', ['postgres:', 'postgresql:'], faults);
  checkUrl(value('REDIS_URL'), 'REDIS_URL', ['redis:', 'rediss:'], faults);
  if (withoutRedis && value('REDIS_URL') !== undefined) {
    faults.push('BOOKEDBARBER_REDIS is off, but REDIS_URL names a server. Take one of them away.');
  }
  if (faults.length > 0) {
    throw new UserError(
      ['BookedBarber cannot start with this environment:', ...faults.map((f) => `  - ${f}`)].join('\n'),
    );
  }
  const folder = value('BOOKEDBARBER_DATA') ?? defaultDataFolder;
  // The embedded parts are for this machine alone. Many shells export HOST as the machine's name, so it counts
  // only where a server is meant to be reached from outside.
  const host = (production ? value('HOST') : undefined) ?? '127.0.0.1';
  return {
    production,
    dataFolder: isAbsolute(folder) ? folder : resolve(projectFolder, folder),
    port,
    portIsChosen: portText !== undefined,
    host,
    url: `http://${reachable(host)}:${port}`,
    publicUrl: value('PUBLIC_URL') ?? `http://localhost:${port}`,
    databaseUrl: value('DATABASE_URL'),
    redisUrl: value('REDIS_URL'),
    withoutRedis,
    demo: demo && !production,
    mailbox: !production && value('SMTP_URL') === undefined,
  };
}

/** In production nothing is installed, embedded or made up: another process of the fleet would make up another one. */
const neededInProduction = [
  {
    variable: 'DATABASE_URL',
    remediation: 'Set it to your PostgreSQL server: postgres://user:password@host:5432/database',
  },
  { variable: 'REDIS_URL', remediation: 'Set it to your Redis or Valkey server: rediss://host:6379' },
  { variable: 'OPERATOR_TOKEN', remediation: 'Set it to a random text of 32 characters or more.' },
  {
    variable: 'BOOKING_LINK_SECRET',
    remediation: 'Set it to a random text of 32 characters or more, the same everywhere.',
  },
];

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 * @param {readonly string[]} choices
 * @param {string[]} faults
 */
function oneOf(env, name, choices, faults) {
  const given = env[name];
  if (given === undefined || given === '' || choices.includes(given)) return given;
  faults.push(`${name} is ${JSON.stringify(given)}. It can be ${choices.join(' or ')}.`);
  return undefined;
}

/**
 * The value itself is never repeated: it may hold a password.
 *
 * @param {string | undefined} url
 * @param {string} name
 * @param {readonly string[]} protocols
 * @param {string[]} faults
 */
function checkUrl(url, name, protocols, faults) {
  if (url === undefined) return;
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol !== undefined && protocols.includes(protocol)) return;
  faults.push(`${name} is not an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`);
}

/** @param {string} host */
function reachable(host) {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
