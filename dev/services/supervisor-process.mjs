/**
 * Runs servers as its children and stops them when its parent ends, however the parent ends: the IPC channel closes on
 * kill -9 too. It leads a session of its own, so no signal of the terminal reaches it or its children.
 *
 * Arguments: a folder, which identifies it in a list of processes, and optionally --remove-folder, to remove that folder
 * at the end. For messages see supervisor.mjs.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { logFile } from './log-file.mjs';

/** How long a child has after each signal before the next one follows. */
const stopWithinMs = 10_000;

/** The children, in the order of their start. @type {{ child: import('node:child_process').ChildProcess, stopSignals: readonly NodeJS.Signals[], exited: Promise<string> }[]} */
const children = [];
let stopping = false;

process.on(
  'message',
  (/** @type {{ id: number, order: import('./supervisor.mjs').ChildOrder }} */ { id, order }) => {
    if (stopping) return;
    const { file, args, cwd, env, uid, gid, log, input, ipc, stopSignals } = order;
    const output = log === undefined ? undefined : logFile(log);
    const out = output?.fd ?? 'inherit';
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = [
      input === undefined ? 'ignore' : 'pipe',
      out,
      out,
      ...(ipc ? [/** @type {const} */ ('ipc')] : []),
    ];
    const child = spawn(file, args, { cwd, env, uid, gid, stdio });
    output?.close();
    child.stdin?.on('error', () => {}).end(input);
    child.on('message', (message) => report({ id, message }));
    /** @type {Promise<string>} */
    const exited = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    children.push({ child, stopSignals, exited });
    report({ id, pid: child.pid ?? 0 });
    void exited.then((how) => report({ id, exited: how }));
  },
);

/** @param {object} message */
function report(message) {
  // The parent may be gone.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function stopAll() {
  if (stopping) return;
  stopping = true;
  // The last one first: an api before its databases.
  for (const { child, stopSignals, exited } of children.reverse()) {
    for (const signal of [...stopSignals, /** @type {const} */ ('SIGKILL')]) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      child.kill(signal);
      await Promise.race([exited, delay(stopWithinMs)]);
    }
  }
  const [folder, option] = process.argv.slice(2);
  if (folder && option === '--remove-folder') rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

process.once('disconnect', stopAll);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stopAll);
