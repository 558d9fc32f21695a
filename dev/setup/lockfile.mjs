/**
 * A package such as a compiler brings its program in one optional package for each platform. npm writes only those
 * into package-lock.json that the registry had when it wrote it (and, with node_modules present, at times only the
 * own platform's). `npm ci` then refuses the lockfile on every machine. What is missing can be told without a
 * registry: such packages are named in the lockfile with their exact versions, and their names say the platform.
 *
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string} [license]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [engines]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * @param {string} text of package-lock.json
 * @returns {{ text: string, added: string[], unclear: string[] }} the completed text; `unclear` cannot be completed
 *   here, and `npm ci` will refuse them
 */
export function completeLockfile(text) {
  const lock = JSON.parse(text);
  /** @type {Record<string, LockedPackage>} */
  const packages = lock.packages;
  const added = [];
  const unclear = [];
  for (const [path, owner] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
      if (isLocked(packages, path, name)) continue;
      const entry = platformPackage(name, version, owner);
      if (entry === undefined) {
        unclear.push(`${name}@${version} of ${path}`);
      } else {
        packages[`node_modules/${name}`] = entry;
        added.push(name);
      }
    }
  }
  // In npm's own order, so that npm leaves the file as it is.
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return { text: added.length === 0 ? text : `${JSON.stringify(lock, null, 2)}\n`, added, unclear };
}

/**
 * As Node looks for a package: beside its owner, then further up.
 *
 * @param {Record<string, LockedPackage>} packages
 * @param {string} path
 * @param {string} name
 */
function isLocked(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`] !== undefined)
      return true;
    if (folder === '') return false;
  }
}

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/**
 * @param {string} name such as `@oxc-parser/binding-linux-arm64-musl`
 * @param {string} version
 * @param {LockedPackage} owner
 * @returns {LockedPackage | undefined} undefined when the name does not say the platform, or the version is a range
 */
export function platformPackage(name, version, owner) {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+[\w.+-]*$/.test(version)) return undefined;
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : undefined;
  return {
    version,
    cpu: [cpu],
    ...(owner.dev === true && { dev: true }),
    ...(libc !== undefined && { libc }),
    ...(owner.license !== undefined && { license: owner.license }),
    optional: true,
    os: [os],
    ...(owner.engines !== undefined && { engines: owner.engines }),
  };
}
