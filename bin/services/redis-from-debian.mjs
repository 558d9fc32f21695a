import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runCommand } from '../setup/command.mjs';
import { UserError } from '../setup/trouble.mjs';
import { DebianDownloads, missingDependencies, unpackDebianPackage } from './apt.mjs';

/**
 * Debian splits Redis into the package redis-server, which sets up a service, and redis-tools, which holds the
 * programs. They are one program that looks at the name by which it is called: `redis-check-rdb` under the name
 * `redis-server` is the server. So 1.5 MB from redis-tools and a library or two are a Redis server, with nothing
 * installed and no service started.
 *
 * @param {string} folder where the server goes; `redis-server` in it can be run as it is
 */
export async function fetchRedisFromDebian(folder) {
  mkdirSync(dirname(folder), { recursive: true });
  // Made beside its place and moved there when it is whole, so that nobody ever finds half a server.
  const draft = mkdtempSync(`${folder}.draft-`);
  try {
    const tree = join(draft, 'tree');
    const downloads = new DebianDownloads(join(draft, 'downloads'));
    await unpackWithLibraries(downloads, tree);
    writeStarter(tree);
    rmSync(folder, { recursive: true, force: true });
    renameSync(tree, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * @param {DebianDownloads} downloads
 * @param {string} tree
 */
async function unpackWithLibraries(downloads, tree) {
  let wanted = ['redis-tools'];
  const done = new Set(wanted);
  // A library may need another one: a few rounds, each with what the last one's packages depend on.
  for (let round = 0; round < 4; round++) {
    const files = await downloads.fetch(wanted);
    for (const file of files) await unpackDebianPackage(file, tree);
    const missing = await missingLibraries(tree);
    if (missing.length === 0) return;
    const next = (await Promise.all(files.map(missingDependencies))).flat().filter((name) => !done.has(name));
    wanted = [...new Set(next)];
    for (const name of wanted) done.add(name);
    if (wanted.length === 0) {
      throw new UserError(
        `The Redis server needs libraries that none of its packages brings: ${missing.join(', ')}.`,
      );
    }
  }
  throw new UserError('The Redis server needs more libraries than could be found for it.');
}

/**
 * @param {string} tree
 * @returns {Promise<string[]>}
 */
async function missingLibraries(tree) {
  const program = join(tree, programPath);
  if (!existsSync(program)) {
    throw new UserError(`The package redis-tools of this system holds no ${programPath}.`);
  }
  const { output } = await runCommand('ldd', [program], {
    timeoutMs: 20_000,
    env: { ...process.env, LD_LIBRARY_PATH: libraryFolders(tree).join(':') },
  });
  return parseMissingLibraries(output);
}

/**
 * @param {string} output what ldd says
 * @returns {string[]} the names of the libraries that it did not find
 */
export function parseMissingLibraries(output) {
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].flatMap((match) => match[1] ?? []);
}

const programPath = 'usr/bin/redis-check-rdb';

/**
 * @param {string} tree
 * @returns {string[]} the folders of its libraries, which the architecture names
 */
function libraryFolders(tree) {
  return ['usr/lib', 'lib'].flatMap((part) => {
    const folder = join(tree, part);
    if (!existsSync(folder)) return [];
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...below.map((entry) => join(folder, entry.name))];
  });
}

/**
 * A few lines of shell that know where the libraries are, so that the server is one file for whoever runs it.
 * `exec` keeps the process id: a signal reaches the server itself.
 *
 * @param {string} tree
 */
function writeStarter(tree) {
  const named = join(tree, 'bin');
  mkdirSync(named);
  symlinkSync(relative(named, join(tree, programPath)), join(named, 'redis-server'));
  const libraries = libraryFolders(tree).map((folder) => `$here/${relative(tree, folder)}`);
  const starter = join(tree, 'redis-server');
  writeFileSync(
    starter,
    [
      '#!/bin/sh',
      'here=$(cd "$(dirname "$0")" && pwd)',
      `LD_LIBRARY_PATH="${libraries.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
      'export LD_LIBRARY_PATH',
      'exec "$here/bin/redis-server" "$@"',
      '',
    ].join('\n'),
  );
  chmodSync(starter, 0o755);
}
