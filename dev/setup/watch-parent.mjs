import { spawnSync } from 'node:child_process';

/**
 * Calls back when the parent process has exited. npm forwards no signal when it is killed, but its children then get
 * another parent.
 *
 * It watches only npm: a shell that ran `node dev/start.mjs &` or a service manager may exit on purpose.
 *
 * @param {() => void} onOrphaned
 */
export function watchParent(onOrphaned) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  if (exitedBefore()) {
    setImmediate(onOrphaned);
    return;
  }
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, 250);
  timer.unref();
}

/** A signal can kill npm between the start of this process and the start of the watch. npm is process 1 in a container. */
function exitedBefore() {
  if (process.ppid !== 1) return false;
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', '1'], { encoding: 'utf8' });
  return typeof stdout === 'string' && stdout !== '' && !stdout.includes('npm');
}
