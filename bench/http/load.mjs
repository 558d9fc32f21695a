import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../bin/setup/command.mjs';
import { Trouble } from '../../bin/setup/trouble.mjs';

const autocannon = fileURLToPath(new URL('../node_modules/autocannon/autocannon.js', import.meta.url));

const callersProcess = fileURLToPath(new URL('load-process.mjs', import.meta.url));

/** @typedef {{ answers: number, perSecond: number }} Load */

/**
 * Asks one address as fast as it answers, from a process of its own.
 *
 * @param {string} url
 * @param {{ connections: number, seconds: number, callers?: number }} options `callers`: so many addresses, which a proxy tells
 * @returns {Promise<Load>}
 */
export async function load(url, { connections, seconds, callers }) {
  if (!existsSync(autocannon))
    throw new Trouble('The packages of bench/ are missing.', 'Run `npm ci --prefix bench`.');
  const args =
    callers === undefined
      ? [autocannon, '--json', '-c', String(connections), '-d', String(seconds), url]
      : [callersProcess, url, String(connections), String(seconds), String(callers)];
  const { code, stdout, output } = await runCommand(process.execPath, args, {
    timeoutMs: (seconds + 60) * 1000,
  });
  if (code !== 0) throw new Trouble(`The load generator failed:\n${output}`);
  const { requests, non2xx, errors } = JSON.parse(stdout);
  if (non2xx + errors > 0)
    throw new Trouble(`${url} gave ${non2xx} answers other than 2xx and ${errors} errors under load.`);
  return { answers: requests.total, perSecond: requests.average };
}
