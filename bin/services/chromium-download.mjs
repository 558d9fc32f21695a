import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { runCommand, tailOf } from '../setup/command.mjs';
import { npm } from '../setup/npm.mjs';
import { cacheFolder } from '../setup/project.mjs';
import { oneAtATime, step } from '../setup/steps.mjs';
import { Trouble } from '../setup/trouble.mjs';

/**
 * A headless Chromium inside an npm package (MIT), with fonts and the libraries that a slim system lacks. It is no
 * dependency of the project, because only machines without a browser need its 67 MB. Only its files are used: no code of
 * the package runs.
 */
const chromiumPackage = {
  name: '@sparticuz/chromium',
  version: '141.0.0',
  integrity:
    'sha512-JsTp4AqgStkqKki4dUpEM0GoisAjQhsqZ1lQTNMSKK5A9pw6BbIuIvv2HVYMYzSZGyDdQNJYBPPDg2eggCkezA==',
};

const folder = join(cacheFolder, 'chromium', chromiumPackage.version);

/**
 * The Chromium in the cache folder; it is fetched if it is not there.
 *
 * @returns {Promise<string>} its program file
 * @throws {Trouble} when it does not exist for this platform, cannot be downloaded, or does not start
 */
export async function fetchedChromium() {
  refuseOtherPlatforms();
  const file = join(folder, 'chromium');
  await oneAtATime(async () => {
    if (existsSync(file)) return;
    await step('Fetching Chromium into .cache for the browser tests (67 MB)', fetchChromium);
  });
  const { code, output } = await start(file);
  if (code !== 0) throw new Trouble(`The Chromium in ${folder} does not start:\n${tailOf(output)}`);
  return file;
}

function refuseOtherPlatforms() {
  const { platform, arch } = process;
  if (platform !== 'linux' || arch !== 'x64')
    throw new Trouble(
      `The Chromium that npm can fetch runs on Linux on x64, and this is ${platform} on ${arch}.`,
    );
  // Alpine's C library is musl.
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  if (report.header.glibcVersionRuntime === undefined)
    throw new Trouble('The Chromium that npm can fetch needs glibc, which this system does not have.');
}

/** The folder appears in one step, so it is always complete. */
async function fetchChromium() {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.draft-`);
  try {
    const tarball = await download(join(draft, 'download'));
    checkIntegrity(tarball, chromiumPackage.integrity);
    const content = join(draft, 'content');
    await unpack(tarball, join(draft, 'package'), content);
    renameSync(content, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Through npm, so that the registry, the proxy and the credentials of the user's configuration apply.
 *
 * @param {string} target
 * @returns {Promise<string>} the package's file
 */
async function download(target) {
  mkdirSync(target);
  const { name, version } = chromiumPackage;
  await npm(
    ['pack', `${name}@${version}`, '--pack-destination', target, '--prefer-offline', '--fetch-retries=1'],
    {
      timeoutMs: 10 * 60_000,
      mend: 'Check the network and the registry that npm uses (`npm ping`), then try again.',
    },
  );
  const [file] = readdirSync(target);
  if (file === undefined) throw new Trouble(`npm pack has not written the package ${name}.`);
  return join(target, file);
}

/**
 * @param {string} file
 * @param {string} integrity as lockfiles have it: sha512- and the digest in Base64
 */
export function checkIntegrity(file, integrity) {
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (found !== integrity)
    throw new Trouble(`The downloaded package has the integrity ${found} instead of ${integrity}.`);
}

/**
 * @param {string} tarball
 * @param {string} packed a folder for the content of the package
 * @param {string} target
 */
async function unpack(tarball, packed, target) {
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
  if ((await start(launcher)).code !== 0) writeFileSync(launcher, launcherText({ ownLibraries: true }));
}

/** @param {string} archive @param {string} target @param {string[]} options */
async function untar(archive, target, ...options) {
  const args = ['--extract', '--no-same-owner', ...options, '--file', archive, '--directory', target];
  const { code, output } = await runCommand('tar', args, { timeoutMs: 5 * 60_000 });
  if (code !== 0) throw new Trouble(`tar could not unpack ${archive}:\n${tailOf(output)}`);
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

/** @param {string} file */
function start(file) {
  return runCommand(file, ['--version'], { timeoutMs: 60_000 });
}
