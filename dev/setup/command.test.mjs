import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand, tailOf } from './command.mjs';
import { poll } from './poll.mjs';
import { isAlive } from './processes.mjs';
import { requireNodeVersion } from './project.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const folder = temporaryFolder();

it('returns the exit code and the output of a command', async () => {
  const script = 'console.log("out"); console.error("err"); process.exitCode = 3';
  const result = await runCommand(process.execPath, ['-e', script], { timeoutMs: 60_000 });
  expect(result).toMatchObject({ code: 3, timedOut: false });
  expect(result.output).toMatch(/out[\s\S]*err|err[\s\S]*out/);
});

it('returns no exit code when the command does not exist', async () => {
  const result = await runCommand('/no/such/program', [], { timeoutMs: 60_000 });
  expect(result.code).toBeNull();
  expect(result.output).toContain('ENOENT');
});

it('kills a command with its children, and starts no other one', async () => {
  // A copy of the module, because stopping is permanent.
  /** @type {typeof import('./command.mjs')} */
  const { runCommand: run, stopCommands } = await import(/* @vite-ignore */ `./command.mjs?${'stopped'}`);
  const script = 'sleep 100 & echo $$ $! > pids.tmp; mv pids.tmp pids; wait';
  const running = run('/bin/sh', ['-c', script], { cwd: folder(), timeoutMs: 600_000 });
  const pids = await poll(
    () => {
      try {
        return readFileSync(join(folder(), 'pids'), 'utf8').split(' ').map(Number);
      } catch {
        return undefined;
      }
    },
    { timeoutMs: 60_000 },
  );
  stopCommands();
  expect((await running).code).toBeNull();
  for (const pid of pids ?? [])
    expect(await poll(() => (isAlive(pid) ? undefined : 'ended'), { timeoutMs: 60_000 })).toBe('ended');
  expect(pids).toHaveLength(2);
  expect(await run('true', [], { timeoutMs: 60_000 })).toMatchObject({ code: null, output: 'stopped' });
});

it('shows the end of a long output', () => {
  expect(tailOf('one\ntwo\nthree\n', 2)).toBe('    two\n    three');
});

it('rejects a Node version that is too old', () => {
  expect(() => requireNodeVersion('20.18.9')).toThrow('20.19');
  expect(() => requireNodeVersion('18.20.0')).toThrow('20.19');
  expect(() => requireNodeVersion('20.19.0')).not.toThrow();
  expect(() => requireNodeVersion('26.0.0')).not.toThrow();
});
