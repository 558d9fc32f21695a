import { relative } from 'node:path';
import { styleText } from 'node:util';
import { projectFolder } from '../setup/project.mjs';
import { shownAddress } from './databases.mjs';

/**
 * The message of a completed start.
 *
 * @param {object} facts
 * @param {Pick<import('./settings.mjs').StartSettings, 'publicUrl' | 'mailbox'>} facts.settings
 * @param {Pick<import('./databases.mjs').Databases, 'postgres' | 'redis' | 'whyNoRedis'>} facts.databases
 * @param {Pick<import('./secrets.mjs').Secrets, 'operatorToken' | 'operatorTokenIs'>} facts.secrets
 * @param {{ path: string }} facts.data
 */
export function startupMessage({ settings: { publicUrl, mailbox }, databases, secrets, data }) {
  const { postgres, redis, whyNoRedis } = databases;
  const folder = relative(projectFolder, data.path);
  const path = folder.startsWith('..') ? data.path : folder;
  const bold = (/** @type {string} */ text) =>
    process.stdout.isTTY && process.stdout.hasColors() ? styleText('bold', text) : text;
  const token = {
    environment: 'token: OPERATOR_TOKEN',
    stored: `token: operatorToken in ${path}/secrets.json`,
    new: `token ${bold(secrets.operatorToken)}\nshown only once, stored in ${path}/secrets.json`,
  };
  const rows = {
    Pages: bold(publicUrl),
    'API docs': `${publicUrl}/docs`,
    Health: `${publicUrl}/api/v1/cache/health`,
    ...(mailbox && { Mailbox: `${publicUrl}/mailbox shows mails instead of sending them` }),
    PostgreSQL: databaseText(postgres),
    Redis: redis
      ? databaseText(redis)
      : `none; each process has its own cache and its own limits.\n${whyNoRedis}`,
    Logs: `${path}/logs`,
    Operator: token[secrets.operatorTokenIs],
    Stop: 'Ctrl-C',
    Reset: `stop, then rm -r ${path}`,
  };
  const lines = Object.entries(rows).map(
    ([name, text]) => `  ${name.padEnd(12)}${text.replaceAll(/\n */g, `\n${' '.repeat(14)}`)}`,
  );
  return `\n  ${bold('BookedBarber is running')}\n\n${lines.join('\n')}\n\n`;
}

/** @param {import('./databases.mjs').Database} database */
function databaseText({ url, version }) {
  return version === undefined
    ? `external, ${shownAddress(url)}`
    : `embedded, ${shownAddress(url)}, version ${version}`;
}
