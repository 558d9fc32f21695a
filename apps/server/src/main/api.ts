import { runUntilStopped } from './signals.ts';

await runUntilStopped(async (startup) => {
  const { startApi } = await import('./start-api.ts');
  await startApi(startup);
});
