/**
 * Loaded into each entry of the server before the entry itself (`node --import`), so that the entry ends when the
 * start script does, however that one ends: the message channel between them closes even on kill -9.
 *
 * It is here and not in the entries because it has to hold from the first moment, while they still load.
 */

const graceMs = 10_000;

function end() {
  // As if we had been told to stop: the entry ends in order, and without a handler of its own at once.
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
}

process.once('disconnect', end);
// A listener keeps the process alive, which this one must not.
process.channel?.unref();
// It may have closed before there was a listener.
if (process.connected === false) end();
