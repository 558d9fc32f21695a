import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describeError, UserError } from '../setup/user-error.mjs';
import { fetchedChromium } from './chromium-download.mjs';

const namesOnPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** On macOS, applications are not on PATH. */
const macFiles = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Commands that install Chromium, by package manager. */
const installCommands = {
  'apt-get': 'sudo apt-get install chromium',
  dnf: 'sudo dnf install chromium',
  apk: 'sudo apk add chromium',
  pacman: 'sudo pacman -S chromium',
  brew: 'brew install --cask google-chrome',
};

/** @typedef {{ env: NodeJS.ProcessEnv, platform?: NodeJS.Platform }} Machine */

/**
 * Finds a Chromium or Chrome for the browser tests, in this order: CHROMIUM_BIN, PATH, the applications of macOS, and
 * the project's cache folder, into which it is downloaded if necessary.
 *
 * @param {Machine & { fetched?: () => Promise<string> }} machine
 * @returns {Promise<{ file: string } | { reason: string }>} the executable, or why there is none
 */
export async function provideChromium({ fetched = fetchedChromium, ...machine }) {
  try {
    return { file: installedChromium(machine) ?? (await fetched()) };
  } catch (error) {
    return { reason: describeError(error) };
  }
}

/**
 * @param {Machine} machine
 * @returns {string | undefined}
 * @throws {UserError} when CHROMIUM_BIN is not an executable file
 */
export function installedChromium({ env, platform = process.platform }) {
  const named = env['CHROMIUM_BIN'] ?? '';
  if (named !== '') {
    if (isProgram(named)) return named;
    throw new UserError(`CHROMIUM_BIN is ${named}, which is not an executable file.`);
  }
  return [...onPath(env, ...namesOnPath), ...(platform === 'darwin' ? macFiles : [])].find(isProgram);
}

/**
 * The message at the end of a test run without a browser.
 *
 * @param {Machine & { tests: number, reason: string }} skipped `tests`: the number of skipped tests
 */
export function skippedMessage({ tests, reason, env, platform = process.platform }) {
  const command =
    platform === 'darwin'
      ? installCommands.brew
      : Object.entries(installCommands).find(([manager]) => onPath(env, manager).some(isProgram))?.[1];
  const install = command === undefined ? 'install Chromium or Chrome' : `run \`${command}\``;
  return [
    'There is no Chromium or Chrome for the browser tests:',
    ...reason.split('\n').map((line) => `  ${line}`),
    `Skipped: ${tests} ${tests === 1 ? 'test' : 'tests'} in tests/browser.`,
    `  To run them, ${install}, or set CHROMIUM_BIN to the program file of a Chromium or Chrome.`,
    '',
  ].join('\n');
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} names in order of preference
 */
function onPath(env, ...names) {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
