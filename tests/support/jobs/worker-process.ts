import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { JobsTuning } from '@bookedbarber/redis-tier/jobs';
import { type MailShop, quick } from './mail-shop.ts';

export type WorkerProcess = {
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code; null after a signal. */
  readonly exited: Promise<number | null>;
};

/** Starts a worker of the shop in a separate process, which exits with the test process. */
export async function startWorkerProcess(
  shop: MailShop,
  tuning: Partial<JobsTuning>,
): Promise<WorkerProcess> {
  const main = fileURLToPath(new URL('worker-main.ts', import.meta.url));
  return started(
    spawn(process.execPath, ['--conditions=bookedbarber-source', '--import', 'tsx', main], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'development',
        ...shop.env,
        TEST_QUEUE_PREFIX: shop.queuePrefix,
        TEST_TUNING: JSON.stringify({ ...quick, ...tuning }),
      },
      // The process exits when this channel closes.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  );
}

async function started(child: ChildProcess): Promise<WorkerProcess> {
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const first = await Promise.race([once(child, 'message'), exited]);
  if (!Array.isArray(first)) throw new Error(`The worker exited with code ${first}`);
  return { signal: (signal) => void child.kill(signal), exited };
}
