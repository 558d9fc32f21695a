import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand, tailOf } from '../setup/command.mjs';
import { UserError } from '../setup/trouble.mjs';

/**
 * Downloads Debian packages without touching the system: nothing is installed, no root is needed, and where the
 * system has no package lists (containers throw them away) or old ones, lists of our own are fetched into a
 * folder of our own.
 */

/** @returns {boolean} whether this is Debian, Ubuntu or a relative, with the tools that even a slim image has */
export function canFetchDebianPackages() {
  if (process.platform !== 'linux') return false;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return ['apt-get', 'dpkg', 'dpkg-deb', 'dpkg-query'].every((tool) =>
    folders.some((folder) => existsSync(join(folder, tool))),
  );
}

/** Downloads packages by name into a folder. One of these is made for one piece of work. */
export class DebianDownloads {
  /** @type {readonly string[]} The options of the lists that have worked; undefined before the first success. */
  #options = [];
  #ownLists = false;
  /** What fetching the lists complained about; apt-get calls even a dead network a success. */
  #complaints = '';
  /** @type {string} */
  #folder;

  /** @param {string} folder a folder of our own, which the caller removes */
  constructor(folder) {
    this.#folder = folder;
  }

  /**
   * @param {readonly string[]} names
   * @returns {Promise<string[]>} the files, one for each name
   */
  async fetch(names) {
    const target = join(this.#folder, `packages-${names.join('+')}`);
    mkdirSync(target, { recursive: true });
    let result = await this.#download(names, target);
    if (result.code !== 0 && !this.#ownLists) {
      await this.#fetchLists();
      result = await this.#download(names, target);
    }
    const files = readdirSync(target).filter((file) => file.endsWith('.deb'));
    if (result.code !== 0 || files.length < names.length) {
      throw new UserError(
        `apt-get could not download ${names.join(', ')}:\n${tailOf(this.#complaints + result.output)}`,
        'Check the network and the package sources of this machine (`apt-get update` shows what is wrong with them).',
      );
    }
    return files.map((file) => join(target, file));
  }

  /**
   * @param {readonly string[]} names
   * @param {string} target
   */
  #download(names, target) {
    return runCommand('apt-get', ['-q', ...commonOptions(), ...this.#options, 'download', ...names], {
      cwd: target,
      timeoutMs: 120_000,
    });
  }

  async #fetchLists() {
    const folders = { lists: join(this.#folder, 'lists'), cache: join(this.#folder, 'cache') };
    mkdirSync(join(folders.lists, 'partial'), { recursive: true });
    mkdirSync(join(folders.cache, 'archives/partial'), { recursive: true });
    // Read after the system's own settings: hooks of the system have no business in a private update.
    const settings = join(this.#folder, 'apt.conf');
    writeFileSync(
      settings,
      ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success']
        .map((hook) => `#clear APT::Update::${hook};\n`)
        .join(''),
    );
    this.#ownLists = true;
    this.#options = [
      '-c',
      settings,
      ...['-o', `Dir::State::lists=${folders.lists}`],
      ...['-o', `Dir::Cache=${folders.cache}`],
      ...['-o', 'Acquire::Languages=none'],
    ];
    const result = await runCommand('apt-get', ['-q', ...commonOptions(), ...this.#options, 'update'], {
      timeoutMs: 240_000,
    });
    this.#complaints = result.output.replace(/^(?![WE]:).*\n?/gm, '');
    if (result.code !== 0) {
      throw new UserError(
        `apt-get could not fetch the package lists${result.timedOut ? ' in 4 minutes' : ''}:\n${tailOf(result.output)}`,
        'Check the network and the package sources of this machine.',
      );
    }
  }
}

/** @returns {string[]} */
function commonOptions() {
  return [
    ...['-o', 'Acquire::Retries=2'],
    ...['-o', 'Acquire::http::Timeout=20'],
    ...['-o', 'Acquire::https::Timeout=20'],
    // As root, apt downloads under the account _apt, which may not enter our folders, and warns about it.
    ...(process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : []),
  ];
}

/**
 * @param {string} file a package file
 * @param {string} folder where its content goes
 */
export async function unpackDebianPackage(file, folder) {
  const { code, output } = await runCommand('dpkg', ['-x', file, folder], { timeoutMs: 60_000 });
  if (code !== 0) throw new UserError(`${file} could not be unpacked:\n${tailOf(output)}`);
}

/**
 * @param {string} file a package file
 * @returns {Promise<string[]>} the packages that it depends on and that the system does not have
 */
export async function missingDependencies(file) {
  const field = await runCommand('dpkg-deb', ['-f', file, 'Depends'], { timeoutMs: 20_000 });
  const installed = await runCommand(
    'dpkg-query',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills these in, not JavaScript
    ['-W', '-f=${db:Status-Status} ${Package}\n', ...parseDependencies(field.stdout).flat()],
    { timeoutMs: 20_000 },
  );
  // dpkg-query fails when it has never heard of one of the names, and still reports the others.
  const present = new Set(
    installed.stdout
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
  );
  return parseDependencies(field.stdout)
    .filter((alternatives) => !alternatives.some((name) => present.has(name)))
    .flatMap((alternatives) => alternatives.slice(0, 1));
}

/**
 * @param {string} field `libc6 (>= 2.34), default-mta | mail-transport-agent, liblzf1:any (>= 1.5)`
 * @returns {string[][]} the alternatives of each dependency, in order, without versions and architectures
 */
export function parseDependencies(field) {
  return field
    .split(',')
    .map((dependency) =>
      dependency
        .split('|')
        .map((name) => name.trim().replace(/[\s:(].*$/s, ''))
        .filter((name) => name !== ''),
    )
    .filter((alternatives) => alternatives.length > 0);
}
