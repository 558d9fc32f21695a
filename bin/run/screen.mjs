import { relative } from 'node:path';
import { projectFolder } from '../setup/project.mjs';
import { shownAddress } from './address.mjs';

/**
 * The one screen that a start ends with.
 *
 * @param {object} facts
 * @param {import('./settings.mjs').StartSettings} facts.settings
 * @param {import('./services.mjs').ServicesInUse} facts.services
 * @param {import('./secrets.mjs').Secrets} facts.secrets
 * @param {import('./data-folder.mjs').DataFolder} facts.data
 * @param {{ colours: boolean }} look
 * @returns {string}
 */
export function startupMessage({ settings, services, secrets, data }, look) {
  const { bold, dim, yellow } = paint(look.colours);
  const { publicUrl } = settings;
  const row = (/** @type {string} */ name, /** @type {string} */ text) => `  ${dim(name.padEnd(12))}${text}`;
  return [
    '',
    `  ${bold('BookedBarber is running')}`,
    '',
    row('Pages', bold(publicUrl)),
    row('API docs', `${publicUrl}/docs`),
    row('Health', `${publicUrl}/api/v1/cache/health`),
    ...(settings.mailbox
      ? [row('Mailbox', `${publicUrl}/mailbox, the mails that would have been sent`)]
      : []),
    row('PostgreSQL', databaseText(services.postgres)),
    row(
      'Redis',
      services.redis === undefined
        ? yellow('none: cache and limits work in each process')
        : databaseText(services.redis),
    ),
    ...(services.whyNoRedis === undefined ? [] : [indented(services.whyNoRedis)]),
    row('Logs', settings.production ? 'here' : `${shownPath(data.path)}/logs`),
    row('Operator', tokenText(secrets, data, bold)),
    '',
    row('Stop', 'Ctrl-C'),
    ...(settings.production ? [] : [row('Reset', `stop, then rm -r ${shownPath(data.path)}`)]),
    '',
    '',
  ].join('\n');
}

/** @param {import('./services.mjs').DatabaseInUse} database */
function databaseText({ embedded, url, version }) {
  const kind = embedded ? 'embedded' : 'yours';
  return `${kind}, ${shownAddress(url)}, ${version === undefined ? 'no answer yet' : `version ${version}`}`;
}

/**
 * @param {import('./secrets.mjs').Secrets} secrets
 * @param {import('./data-folder.mjs').DataFolder} data
 * @param {(text: string) => string} bold
 */
function tokenText({ operatorToken, operatorTokenIs }, data, bold) {
  if (operatorTokenIs === 'environment') return 'token: the one in OPERATOR_TOKEN';
  const file = shownPath(data.secretsFile);
  if (operatorTokenIs === 'kept') return `token: operatorToken in ${file}`;
  return `token ${bold(operatorToken)}\n${' '.repeat(14)}shown this once, kept in ${file}`;
}

/** @param {string} path */
function shownPath(path) {
  const below = relative(projectFolder, path);
  return below.startsWith('..') || below === '' ? path : below;
}

/** @param {string} text */
function indented(text) {
  return text
    .split('\n')
    .map((line) => `${' '.repeat(14)}${line.trim()}`)
    .join('\n');
}

/** @param {boolean} colours */
function paint(colours) {
  const wrap = (/** @type {number} */ on, /** @type {number} */ off) => (/** @type {string} */ text) =>
    colours ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: wrap(1, 22), dim: wrap(2, 22), yellow: wrap(33, 39) };
}

/**
 * @param {{ isTTY?: boolean }} stream
 * @param {NodeJS.ProcessEnv} env
 */
export function useColors(stream, env) {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
