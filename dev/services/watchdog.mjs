/**
 * Stops servers when the process that started them ends, however it ends: the IPC channel closes on kill -9 too. It has a
 * session of its own, so no signal of the terminal reaches it.
 *
 * Arguments: a folder, which identifies it in a list of processes, and optionally --remove-folder, to remove that folder
 * at the end. For messages see children.mjs.
 */
import { rmSync } from 'node:fs';
import { endProcess } from './leftover.mjs';

/** The servers by process id, in the order of their start. @type {Map<number, readonly NodeJS.Signals[]>} */
const running = new Map();

process.on('message', (/** @type {import('./children.mjs').Report} */ { pid, stopSignals }) => {
  if (stopSignals === undefined) running.delete(pid);
  else running.set(pid, stopSignals);
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {});
process.once('disconnect', async () => {
  // The last one first: an api before its databases.
  for (const [pid, stopSignals] of [...running].reverse()) await endProcess(pid, stopSignals);
  const [folder, option] = process.argv.slice(2);
  if (folder && option === '--remove-folder') rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
// Messages that come before there is a listener are lost if the parent ends then.
process.send?.('ready');
