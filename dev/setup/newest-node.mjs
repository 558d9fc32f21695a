import { delimiter, dirname } from 'node:path';
import { npm } from './npm.mjs';
import { step } from './step.mjs';

/** The newest Node with long-term support. */
const newestLts = '26';

/**
 * Downloads that Node with the npm package `node`, which npm stores in its own cache.
 *
 * @returns {Promise<NodeJS.ProcessEnv>} an environment whose PATH starts with the folder of that `node`
 */
export async function withNewestNode() {
  const program = ['--package', `node@${newestLts}`, '--', 'node', '-p', 'process.execPath'];
  const fetch = ['exec', '--yes', '--prefer-offline', ...program];
  const output = await step(`Downloading Node ${newestLts}`, () => npm(fetch));
  const folder = dirname(output.trim().split('\n').at(-1) ?? '');
  return { ...process.env, PATH: [folder, process.env['PATH']].join(delimiter) };
}
