import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../setup/user-error.mjs';
import { provideChromium, skippedMessage } from './chromium.mjs';
import { checkIntegrity } from './chromium-download.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-chromium-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @param {string} path below the folder @param {number} mode */
function makeFile(path, mode = 0o755) {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '', { mode });
  return file;
}

/** @param {NodeJS.ProcessEnv} env @param {() => Promise<string>} fetched */
const provide = (env, fetched = neverFetched) => provideChromium({ env, platform: 'linux', fetched });

/** @returns {Promise<string>} */
async function neverFetched() {
  throw new Error('downloaded, although a browser is installed');
}

describe('the browser for the tests', () => {
  it('is the program that CHROMIUM_BIN names, even if PATH has one', async () => {
    makeFile('chromium');
    const named = makeFile('mine/browser');
    expect(await provide({ CHROMIUM_BIN: named, PATH: folder })).toEqual({ file: named });
  });

  it('is the first of the usual names on PATH, regardless of the order of the folders', async () => {
    makeFile('a/google-chrome');
    const file = makeFile('b/chromium');
    const PATH = [join(folder, 'a'), join(folder, 'b')].join(delimiter);
    expect(await provide({ CHROMIUM_BIN: '', PATH })).toEqual({ file });
  });

  it('is never a folder or a file without the execute permission', async () => {
    makeFile('chromium', 0o644);
    makeFile('chrome/profile');
    const file = makeFile('google-chrome');
    expect(await provide({ PATH: folder })).toEqual({ file });
  });

  it('is downloaded when none is installed', async () => {
    expect(await provide({ PATH: folder }, async () => '/cache/chromium')).toEqual({
      file: '/cache/chromium',
    });
  });

  it('is not downloaded when CHROMIUM_BIN does not name a program', async () => {
    const named = join(folder, 'missing');
    expect(await provide({ CHROMIUM_BIN: named, PATH: folder })).toEqual({
      reason: `CHROMIUM_BIN is ${named}, which is not an executable file.`,
    });
  });

  it('is missing, with the reason, when the download fails', async () => {
    const failed = async () => {
      throw new UserError('The download failed.', 'Check the network.');
    };
    expect(await provide({ PATH: folder }, failed)).toEqual({
      reason: 'The download failed.\n  Fix: Check the network.',
    });
  });
});

describe('the message about skipped browser tests', () => {
  it('contains their number, the reason, and the command of the package manager', () => {
    makeFile('apt-get');
    const reason = 'The download failed.\n  Fix: Check the network.';
    expect(skippedMessage({ tests: 43, reason, env: { PATH: folder }, platform: 'linux' })).toBe(
      [
        'There is no Chromium or Chrome for the browser tests:',
        '  The download failed.',
        '    Fix: Check the network.',
        'Skipped: 43 tests in tests/browser.',
        '  To run them, run `sudo apt-get install chromium`, or set CHROMIUM_BIN to the program file of a Chromium or Chrome.',
        '',
      ].join('\n'),
    );
  });

  it.each(
    /** @type {const} */ ([
      ['linux', 'dnf', 'run `sudo dnf install chromium`,'],
      ['linux', 'apk', 'run `sudo apk add chromium`,'],
      ['linux', 'pacman', 'run `sudo pacman -S chromium`,'],
      ['linux', 'none', 'install Chromium or Chrome,'],
      ['darwin', 'none', 'run `brew install --cask google-chrome`,'],
      ['win32', 'none', 'install Chromium or Chrome,'],
    ]),
  )('on %s with %s advises: %s', (platform, manager, advice) => {
    makeFile(manager);
    const message = skippedMessage({ tests: 1, reason: 'No.', env: { PATH: folder }, platform });
    expect(message).toContain(`To run them, ${advice}`);
  });
});

it('rejects a download that is not the pinned package', () => {
  const file = makeFile('package.tgz');
  const empty =
    'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==';
  expect(() => checkIntegrity(file, empty)).not.toThrow();
  writeFileSync(file, 'something else');
  expect(() => checkIntegrity(file, empty)).toThrow(/instead of sha512-z4Ph/);
});
