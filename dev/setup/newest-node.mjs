import { delimiter, dirname } from 'node:path';
import { npm } from './npm.mjs';
import { step } from './step.mjs';

/** The newest Node with long-term support. */
const newestLts = '26';

/**
 * Fetches that Node with the npm package `node`, which npm keeps in its own cache.
 *
 * @returns {Promise<NodeJS.ProcessEnv>} an environment in which `node`, and with it npm, is that program
 */
export async function withNewestNode() {
  const program = ['--package', `node@${newestLts}`, '--', 'node', '-p', 'process.execPath'];
  const fetch = ['exec', '--yes', '--prefer-offline', ...program];
  const output = await step(`Fetching Node ${newestLts}`, () => npm(fetch));
  const folder = dirname(output.trim().split('\n').at(-1) ?? '');
  return { ...process.env, PATH: [folder, process.env['PATH']].join(delimiter) };
}
