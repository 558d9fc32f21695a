/**
 * Tells when the process that started us has ended. npm passes no signal on when it is killed, and the terminal's
 * Ctrl-C reaches its shell only in part; but a child whose parent has ended gets another parent.
 *
 * Only a start by npm is watched: a shell that ran `node dev/start.mjs &` or a service manager may end, or have
 * ended, on purpose.
 *
 * @param {() => void} onOrphaned
 * @param {{ env: NodeJS.ProcessEnv, everyMs?: number }} options
 */
export function watchParent(onOrphaned, { env, everyMs = 250 }) {
  if (env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, everyMs);
  timer.unref();
}
