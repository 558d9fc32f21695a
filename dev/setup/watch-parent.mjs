/**
 * Calls back when the process that started this one has ended. npm passes no signal on when it is killed, but a child
 * whose parent has ended gets another parent.
 *
 * It watches only a start by npm: a shell that ran `node dev/start.mjs &` or a service manager may end on purpose.
 *
 * @param {() => void} onOrphaned
 */
export function watchParent(onOrphaned) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, 250);
  timer.unref();
}
