import { spawn } from 'node:child_process';

/**
 * @typedef {object} CommandResult
 * @property {number | null} code null when a signal ended it or it could not be started
 * @property {string} output what it wrote to stdout and stderr, in the order of arrival
 * @property {string} stdout
 * @property {boolean} timedOut
 */

/** @type {Set<number>} The process groups of the commands that run now. */
const runningGroups = new Set();

/**
 * Runs a command to its end and keeps its output. It gets a process group of its own, so that
 * {@link stopCommands} and a time-out reach its children too (npm starts many), and so that Ctrl-C
 * reaches only us.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs: number, show?: boolean }} options `show` lets the
 *   command use the terminal instead; it then stays in our process group, so that it can ask questions
 * @returns {Promise<CommandResult>} never rejects: a command that cannot be started has code null
 */
export function runCommand(file, args, { cwd, env, timeoutMs, show = false }) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      env: env ?? process.env,
      detached: !show,
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let stdout = '';
    let timedOut = false;
    child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
    });
    const { pid } = child;
    if (pid !== undefined && !show) runningGroups.add(pid);
    const timer = setTimeout(() => {
      timedOut = true;
      if (pid !== undefined) killGroup(show ? pid : -pid);
    }, timeoutMs);
    const settle = (/** @type {number | null} */ code) => {
      clearTimeout(timer);
      if (pid !== undefined) runningGroups.delete(pid);
      resolve({ code, output, stdout, timedOut });
    };
    child.on('error', (error) => {
      output += error.message;
      if (pid === undefined) settle(null);
    });
    child.on('close', settle);
  });
}

/** Ends the commands that still run, with their children: for an entry that was told to stop. */
export function stopCommands() {
  for (const pid of runningGroups) killGroup(-pid);
}

/** @param {number} target */
function killGroup(target) {
  try {
    process.kill(target, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * @param {string} text
 * @param {number} [lines]
 * @returns {string} the last lines, indented, for an error message
 */
export function tailOf(text, lines = 20) {
  const kept = text.trimEnd().split('\n').slice(-lines);
  return kept.map((line) => `    ${line}`).join('\n');
}

/**
 * Some programs say what is wrong at the beginning and some at the end, with a page of advice in between.
 *
 * @param {string} text
 * @returns {string} both, indented
 */
export function excerptOf(text) {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= 50) return tailOf(text, 50);
  return [tailOf(lines.slice(0, 20).join('\n')), '    ...', tailOf(text, 20)].join('\n');
}
