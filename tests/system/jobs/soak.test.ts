import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const project = fileURLToPath(new URL('../../../', import.meta.url));

test('in a one-minute soak with faults in Redis and workers, every due message is sent, and none after a cancel', {
  timeout: 600_000,
}, async () => {
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    execFile(
      process.execPath,
      ['dev/measure.mjs', 'soak', 'jobs', '--minutes', '1'],
      { cwd: project, timeout: 590_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr }),
    );
  });
  // The soak test draws a seed, which the output shows.
  expect(output).toMatch(/^seed \d+, 1 min$/m);
  expect(code, output).toBe(0);
  expect(output).toContain('No violations.');
  // Every kind of fault has occurred.
  for (const fault of ['killed', 'frozen', 'flushed', 'filled', 'evicting', 'restarted'])
    expect(output).toMatch(new RegExp(`Redis ${fault} +[1-9]`));
  expect(output).toMatch(/workers killed -9 +[1-9]/);
});
