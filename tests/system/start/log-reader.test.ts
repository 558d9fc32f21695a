import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Logs more than a pipe holds, reports when its event loop has continued, and then closes the log. */
const program = fileURLToPath(new URL('../../support/start/log-much.ts', import.meta.url));

it.each(['a stalled reader', 'no reader'])(
  'a process with %s of its log continues and exits',
  async (reader) => {
    const child = fork(program, {
      silent: true,
      execArgv: ['--import', 'tsx', '--conditions=bookedbarber-source'],
    });
    try {
      if (reader === 'no reader') child.stdout?.destroy();
      expect((await once(child, 'message'))[0]).toBe('logged');
      const [code] = await once(child, 'exit');
      expect(code).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  },
);
