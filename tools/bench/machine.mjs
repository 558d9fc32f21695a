import { execFileSync } from 'node:child_process';
import { cpus, platform, release, totalmem } from 'node:os';
import { projectFolder } from '../../dev/setup/project.mjs';

/**
 * The machine, date, commit and versions of a measurement. Figures are meaningless without them.
 *
 * @param {Readonly<Record<string, string>>} [versions] of servers and libraries
 */
export function describeMachine(versions = {}) {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    ...versions,
  };
}

/** @param {ReturnType<typeof describeMachine>} machine */
export function formatMachine(machine) {
  return Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: projectFolder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
