import { runUntilStopped } from './signals.ts';

await runUntilStopped(async (startup) => {
  const { startWorker } = await import('./start-worker.ts');
  await startWorker(startup);
});
