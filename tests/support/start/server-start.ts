/** Starts the built api or worker, so that a test can signal it at any moment of the startup. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

export type Role = 'api' | 'worker';

export type ServerStart = {
  readonly child: ChildProcess;
  /** Resolves when the entry point handles SIGTERM. */
  readonly handlesSignals: Promise<void>;
  /** Resolves when the process reports that it is running. */
  readonly running: Promise<void>;
  /** Resolves when the process has exited and its output is complete. */
  readonly exited: Promise<Exit>;
};

export type Exit = { code: number | null; signal: NodeJS.Signals | null; output: string };

/** Matches a line of a stack trace, as text or in a JSON log. */
export const stackTrace = /(\n|\\n) +at /;

/**
 * Preloaded module that reports when the entry point adds its SIGTERM handler. Before that, Node itself starts, and
 * no program can handle a signal.
 */
const reportHandler = `data:text/javascript,${encodeURIComponent(`
  process.on('newListener', function report(event) {
    if (event !== 'SIGTERM') return;
    process.off('newListener', report);
    process.send('handles signals');
  });
`)}`;

const runningText = { api: 'Server listening', worker: 'the worker is running' };

export function startServer(role: Role, databaseUrl: string): ServerStart {
  const entry = fileURLToPath(new URL(`../../../apps/server/dist/main/${role}.js`, import.meta.url));
  const child = spawn(process.execPath, ['--import', reportHandler, entry], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      PORT: '0',
      LOG_LEVEL: 'info',
      DATABASE_URL: databaseUrl,
      REDIS_URL: inject('redisUrl'),
      REDIS_KEY_PREFIX: `test-${randomUUID().slice(0, 8)}`,
      OPERATOR_TOKEN: 'operator-token-for-tests-0123456789',
      BOOKING_LINK_SECRET: 'booking-link-secret-for-tests-0123456789',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The output is not a pipe.');
  let output = '';
  // Does not wait for `close`: Node does not emit it after the parent has closed the IPC channel.
  const exited = Promise.all([once(child, 'exit'), once(stdout, 'close'), once(stderr, 'close')]).then(
    ([[code, signal]]) => ({ code, signal, output }) as Exit,
  );
  const unlessEnded = (moment: Promise<unknown>): Promise<void> =>
    Promise.race([
      moment.then(() => {}),
      exited.then((exit) => {
        throw new Error(`The ${role} exited early: ${JSON.stringify(exit)}`);
      }),
    ]);
  const running = new Promise<void>((resolve) => {
    for (const stream of [stdout, stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes(runningText[role])) resolve();
      });
    }
  });
  const start = {
    child,
    handlesSignals: unlessEnded(once(child, 'message')),
    running: unlessEnded(running),
    exited,
  };
  // A test may await only some of these promises.
  start.handlesSignals.catch(() => {});
  start.running.catch(() => {});
  return start;
}
