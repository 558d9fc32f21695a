import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { runCommand } from '../setup/command.mjs';

/** How other systems install a server. It changes the system, so a person has to agree. */
const installers = [
  { tool: 'brew', args: ['install', 'valkey'], needsRoot: false },
  { tool: 'dnf', args: ['install', '-y', 'valkey'], needsRoot: true },
  { tool: 'apk', args: ['add', 'valkey'], needsRoot: true },
];

/**
 * Asks the person at the terminal whether Redis may be installed, and installs it.
 *
 * @returns {Promise<boolean>} whether it was installed
 */
export async function offerRedisInstall() {
  const isRoot = process.getuid?.() === 0;
  const installer = installers.find(({ tool, needsRoot }) => (isRoot || !needsRoot) && isThere(tool));
  if (installer === undefined) return false;
  const command = `${installer.tool} ${installer.args.join(' ')}`;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const question = `There is no Redis or Valkey server on this machine. Install one with \`${command}\`? [y/N] `;
    const answer = await terminal.question(question, { signal: AbortSignal.timeout(120_000) });
    if (!/^y(es)?$/i.test(answer.trim())) return false;
  } catch {
    return false;
  } finally {
    terminal.close();
  }
  const { code } = await runCommand(installer.tool, installer.args, { timeoutMs: 600_000, show: true });
  return code === 0;
}

/** @param {string} tool */
function isThere(tool) {
  return spawnSync(tool, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
