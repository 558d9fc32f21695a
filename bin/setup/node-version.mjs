import { UserError } from './trouble.mjs';

/** As in package.json. */
const oldestNode = [20, 19];

/** @param {string} [version] */
export function requireNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new UserError(
    `This is Node ${version}; BookedBarber needs ${oldestNode.join('.')} or newer.`,
    'Install a newer Node and run the command again.',
  );
}
