/**
 * Stops servers when the process that started them exits: the IPC channel closes even after kill -9. The watchdog has
 * its own session, so no signal from the terminal reaches it.
 *
 * Arguments: a folder, which identifies the watchdog in the process list, and optionally --remove-folder, which removes
 * that folder at the end. The messages are documented in children.mjs.
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
  // In reverse order, so that the api stops before its databases.
  for (const [pid, stopSignals] of [...running].reverse()) await endProcess(pid, stopSignals);
  const [folder, option] = process.argv.slice(2);
  if (folder && option === '--remove-folder') rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
// Tells the parent that the listener exists. A message sent before that would be lost if the parent exited.
process.send?.('ready');
