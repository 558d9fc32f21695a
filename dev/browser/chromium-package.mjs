import { chmodSync, createReadStream, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { runCommand, tailOf } from '../setup/command.mjs';
import { UserError } from '../setup/user-error.mjs';

/**
 * Unpacks the browser, its fonts and its libraries from the package @sparticuz/chromium. `chromium` in the target
 * starts the browser.
 *
 * @param {string} tarball
 * @param {string} packed a new folder for the package's own files
 * @param {string} target a new folder
 */
export async function unpackChromium(tarball, packed, target) {
  for (const folder of [packed, target]) mkdirSync(folder);
  await untar(tarball, packed, '--gzip');
  for (const archive of ['fonts.tar', 'al2023.tar']) {
    await decompress(join(packed, 'package/bin', `${archive}.br`), join(packed, archive));
    await untar(join(packed, archive), target);
  }
  await decompress(join(packed, 'package/bin/chromium.br'), join(target, 'chrome-headless-shell'));
  chmodSync(join(target, 'chrome-headless-shell'), 0o755);
  writeFileSync(join(target, 'fonts.conf'), fontsConfiguration);
  const launcher = join(target, 'chromium');
  writeFileSync(launcher, launcherText({ ownLibraries: false }), { mode: 0o755 });
  if ((await startChromium(launcher)).code !== 0)
    writeFileSync(launcher, launcherText({ ownLibraries: true }));
}

/** @param {string} archive @param {string} target @param {string[]} options */
async function untar(archive, target, ...options) {
  const args = ['--extract', '--no-same-owner', ...options, '--file', archive, '--directory', target];
  const { code, output } = await runCommand('tar', args, { timeoutMs: 5 * 60_000 });
  if (code !== 0) throw new UserError(`tar could not unpack ${archive}:\n${tailOf(output)}`);
}

/** @param {string} from @param {string} to */
function decompress(from, to) {
  return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

/** Uses the system's fonts and those of the package, because a slim system has none. */
const fontsConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/**
 * A script that sets the paths of the fonts and libraries. `exec` keeps the process id.
 *
 * @param {{ ownLibraries: boolean }} options `ownLibraries`: use the package's libraries (NSS), which the system lacks
 */
function launcherText({ ownLibraries }) {
  return `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export FONTCONFIG_FILE="$here/fonts.conf"
${ownLibraries ? 'export LD_LIBRARY_PATH="$here/lib"\n' : ''}exec "$here/chrome-headless-shell" "$@"
`;
}

/** Starts a Chromium with --version. The exit code is 0 if it runs on this system. @param {string} file */
export function startChromium(file) {
  return runCommand(file, ['--version'], { timeoutMs: 60_000 });
}
