/**
 * A Redis server for Debian, Ubuntu and their derivatives without an installation: no root, no service, and no files
 * outside of one folder.
 *
 * Debian splits Redis into the package redis-server, which sets up a service, and redis-tools, which has the programs.
 * They are one executable that acts according to its name: `redis-check-rdb`, called as `redis-server`, is the server.
 * Therefore redis-tools (1.5 MB) and its libraries are enough.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand, tailOf } from '../../setup/command.mjs';
import { UserError } from '../../setup/user-error.mjs';

/** Whether this system has apt-get and dpkg. Even slim Debian images have them. */
export function canFetchFromDebian() {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return ['apt-get', 'dpkg'].every((tool) => folders.some((folder) => existsSync(join(folder, tool))));
}

/** @param {string} folder the target; `redis-server` in it starts the server */
export async function fetchRedisFromDebian(folder) {
  // Unpacked into a draft folder and renamed when complete, so that no process finds an incomplete server.
  const draft = `${folder}.draft`;
  const tree = join(draft, 'tree');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  for (const file of await download(draft)) await run('dpkg', ['-x', file, tree]);
  writeLauncher(tree);
  rmSync(folder, { recursive: true, force: true });
  renameSync(tree, folder);
  rmSync(draft, { recursive: true, force: true });
}

/**
 * Downloads redis-tools and its dependencies that are not installed on the system.
 *
 * @param {string} draft
 * @returns {Promise<string[]>} the package files
 */
async function download(draft) {
  const target = join(draft, 'packages');
  const lists = join(draft, 'lists');
  for (const folder of [target, join(lists, 'partial'), join(draft, 'cache/archives/partial')])
    mkdirSync(folder, { recursive: true });
  const settings = ['Acquire::Retries=2', 'Acquire::http::Timeout=20', 'Debug::NoLocking=1'];
  // As root, apt downloads under the account _apt, which may not be able to access the project's folders.
  if (process.getuid?.() === 0) settings.push('APT::Sandbox::User=root');
  const apt = (/** @type {string[]} */ ...args) =>
    run('apt-get', [...settings.flatMap((setting) => ['-o', setting]), ...args], target);
  const fetchPackages = async () => {
    const simulation = await apt('--simulate', '--no-install-recommends', 'install', 'redis-tools');
    await apt('download', ...namesOfMissing(simulation));
  };
  try {
    await fetchPackages();
  } catch {
    // The system's package lists are missing (containers remove them) or old: download lists into the draft folder.
    settings.push(`Dir::State::lists=${lists}`, `Dir::Cache=${draft}/cache`, 'Acquire::Languages=none');
    await apt('update');
    await fetchPackages();
  }
  return readdirSync(target).map((file) => join(target, file));
}

/**
 * @param {string} simulation of apt-get, with lines such as `Inst liblzf1 (3.6-3 Debian:12)`
 * @returns {string[]} redis-tools, even if it is installed, and its missing dependencies
 */
export function namesOfMissing(simulation) {
  const missing = [...simulation.matchAll(/^Inst (\S+)/gm)].flatMap(([, name]) => name ?? []);
  return [...new Set(['redis-tools', ...missing])];
}

/** @param {string} tool @param {readonly string[]} args @param {string} [cwd] */
async function run(tool, args, cwd = '/') {
  const { code, output } = await runCommand(tool, args, { cwd, timeoutMs: 240_000 });
  if (code === 0) return output;
  throw new UserError(
    `A Redis server could not be downloaded from the package sources of this machine. ${tool} reported:\n${tailOf(output)}`,
    'Check the network and the package sources (`apt-get update` shows their errors).',
  );
}

/** Writes a script that sets the path of the libraries. `exec` keeps the process id for signals. @param {string} tree */
function writeLauncher(tree) {
  mkdirSync(join(tree, 'bin'));
  symlinkSync('../usr/bin/redis-check-rdb', join(tree, 'bin/redis-server'));
  const launcher = `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
for folder in "$here"/usr/lib "$here"/usr/lib/* "$here"/lib "$here"/lib/*; do
  [ -d "$folder" ] && LD_LIBRARY_PATH="$folder:$LD_LIBRARY_PATH"
done
export LD_LIBRARY_PATH
exec "$here/bin/redis-server" "$@"
`;
  writeFileSync(join(tree, 'redis-server'), launcher, { mode: 0o755 });
}
