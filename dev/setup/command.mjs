import { spawn } from 'node:child_process';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let stopped = false;

/**
 * Runs a command and waits until it exits. The command gets its own process group, so that {@link stopCommands} and a
 * timeout also kill its children (npm starts many), and Ctrl-C reaches only this process.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs: number }} options
 * @returns {Promise<{ code: number | null, output: string, timedOut: boolean }>} code: null when it was killed or could not
 *   be started; output: stdout and stderr
 */
export function runCommand(file, args, { cwd, env = process.env, timeoutMs }) {
  return new Promise((resolve) => {
    if (stopped) return resolve({ code: null, output: 'stopped', timedOut: false });
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let output = '';
    const add = (/** @type {unknown} */ text) => {
      output += text;
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', add);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, timeoutMs);
    child.on('error', ({ message }) => add(message));
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code: child.pid === undefined ? null : code, output, timedOut });
    });
  });
}

/** Kills the running commands and their children. After this, `runCommand` starts no others. */
export function stopCommands() {
  stopped = true;
  running.forEach(killGroup);
}

/** @param {import('node:child_process').ChildProcess} child */
function killGroup({ pid }) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has already exited.
  }
}

/** @param {string} text @returns {string} its last lines, indented, for an error message */
export function tailOf(text, lines = 20) {
  const last = text.trimEnd().split('\n').slice(-lines);
  return last.map((line) => `    ${line}`).join('\n');
}
