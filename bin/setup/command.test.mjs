import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, tailOf } from './command.mjs';
import { checkedModuleCount } from './cruised-modules.mjs';
import { requireNodeVersion } from './node-version.mjs';
import { poll } from './poll.mjs';
import { isAlive } from './processes.mjs';

describe('a command', () => {
  it('gives its code and what it wrote', async () => {
    const script = 'console.log("out"); console.error("err"); process.exitCode = 3';
    const result = await runCommand(process.execPath, ['-e', script], { timeoutMs: 20_000 });
    expect(result).toMatchObject({ code: 3, stdout: 'out\n', timedOut: false });
    expect(result.output).toContain('err');
  });

  it('that does not exist has no code', async () => {
    const result = await runCommand('/no/such/program', [], { timeoutMs: 20_000 });
    expect(result.code).toBeNull();
    expect(result.output).toContain('ENOENT');
  });

  it('that takes too long is ended with its children', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-command-'));
    const script = 'echo $$ > parent; (echo started; exec sleep 100) & echo $! > child; wait';
    const result = await runCommand('/bin/sh', ['-c', script], { cwd: folder, timeoutMs: 1500 });
    expect(result.timedOut).toBe(true);
    for (const name of ['parent', 'child']) {
      const pid = Number.parseInt(readFileSync(join(folder, name), 'utf8'), 10);
      expect(await poll(() => (isAlive(pid) ? undefined : 'gone'), { withinMs: 5000 })).toBe('gone');
    }
    rmSync(folder, { recursive: true, force: true });
  });
});

it('shows the end of a long output', () => {
  expect(tailOf('one\ntwo\nthree\n', 2)).toBe('    two\n    three');
});

it('refuses a Node that is too old and names the oldest that will do', () => {
  expect(() => requireNodeVersion('20.18.9')).toThrow('20.19');
  expect(() => requireNodeVersion('18.20.0')).toThrow('20.19');
  expect(() => requireNodeVersion('20.19.0')).not.toThrow();
  expect(() => requireNodeVersion('26.0.0')).not.toThrow();
});

it('reads how many modules dependency-cruiser has seen', () => {
  expect(checkedModuleCount('✔ no dependency violations found (123 modules, 456 dependencies cruised)')).toBe(
    123,
  );
  expect(checkedModuleCount('nothing')).toBeUndefined();
});
