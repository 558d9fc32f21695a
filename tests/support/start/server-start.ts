/** The built api or worker, started on a database of its own, so that a test can signal it at any moment of the start. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

export type Role = 'api' | 'worker';

export type ServerStart = {
  readonly child: ChildProcess;
  /** Settles when the entry handles SIGTERM. */
  readonly handlesSignals: Promise<void>;
  /** Settles when the process reports that it is running. */
  readonly running: Promise<void>;
  /** Settles when the process has ended and its output is complete. */
  readonly exited: Promise<Exit>;
};

export type Exit = { code: number | null; signal: NodeJS.Signals | null; output: string };

/** A line of a stack, in plain text or in the JSON of a log. */
export const stackTrace = /(\n|\\n) +at /;

/**
 * Loaded before the entry: reports when the entry adds its handler of SIGTERM. Before that, Node itself starts, and no
 * program can handle a signal.
 */
const reportHandler = `data:text/javascript,${encodeURIComponent(`
  process.on('newListener', function report(event) {
    if (event !== 'SIGTERM') return;
    process.off('newListener', report);
    process.send('handles signals');
  });
`)}`;

const runningText = { api: 'Server listening', worker: 'the worker runs' };

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
  // Not the event `close`: Node does not emit it after a parent has closed the channel.
  const exited = Promise.all([once(child, 'exit'), once(stdout, 'close'), once(stderr, 'close')]).then(
    ([[code, signal]]) => ({ code, signal, output }) as Exit,
  );
  const unlessEnded = (moment: Promise<unknown>): Promise<void> =>
    Promise.race([
      moment.then(() => {}),
      exited.then((exit) => {
        throw new Error(`The ${role} ended early: ${JSON.stringify(exit)}`);
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
  // A test waits for some of them only.
  start.handlesSignals.catch(() => {});
  start.running.catch(() => {});
  return start;
}
