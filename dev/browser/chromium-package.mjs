import { chmodSync, createReadStream, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { runCommand, tailOf } from '../setup/command.mjs';
import { UserError } from '../setup/user-error.mjs';

/**
 * Unpacks what a browser needs from the package @sparticuz/chromium: `chromium` in the target can be run as it is.
 *
 * @param {string} tarball
 * @param {string} packed a folder for the content of the package
 * @param {string} target
 */
export async function unpackChromium(tarball, packed, target) {
  for (const made of [packed, target]) mkdirSync(made);
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

/** The fonts of the system, as for every browser, and those of the package: a slim system has none. */
const fontsConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/**
 * A program that knows where its fonts and libraries are. `exec` keeps the process id.
 *
 * @param {{ ownLibraries: boolean }} options `ownLibraries`: the system lacks libraries (NSS) that the package has
 */
function launcherText({ ownLibraries }) {
  return `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export FONTCONFIG_FILE="$here/fonts.conf"
${ownLibraries ? 'export LD_LIBRARY_PATH="$here/lib"\n' : ''}exec "$here/chrome-headless-shell" "$@"
`;
}

/** Shows whether a Chromium starts: the code is 0 then. @param {string} file */
export function startChromium(file) {
  return runCommand(file, ['--version'], { timeoutMs: 60_000 });
}
