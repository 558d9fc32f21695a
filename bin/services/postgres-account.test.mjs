import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessProblem, closedParent, hasAccess } from './postgres-account.mjs';

const otherAccount = { uid: 65_123, gid: 65_123 };

it('judges a folder by the one class of rights that applies', () => {
  const folder = { uid: 1, gid: 2, mode: 0o40_711 };
  expect(hasAccess(folder, { uid: 1, gid: 9 })).toBe(true);
  expect(hasAccess({ ...folder, mode: 0o40_701 }, { uid: 9, gid: 2 })).toBe(false);
  expect(hasAccess({ ...folder, mode: 0o40_700 }, { uid: 9, gid: 9 })).toBe(false);
});

describe('the way to a path', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bookedbarber-way-'));
    mkdirSync(join(folder, 'open/below'), { recursive: true });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is closed by the nearest parent that a stranger cannot pass through', () => {
    chmodSync(folder, 0o700);
    expect(closedParent(join(folder, 'open/below/file'), otherAccount)).toBe(folder);
  });

  it('is open when every parent lets others pass, also to what does not exist yet', () => {
    chmodSync(folder, 0o711);
    expect(closedParent(join(folder, 'open/missing/file'), otherAccount)).toBeUndefined();
    expect(accessProblem(otherAccount, [join(folder, 'open/missing/file')])).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)(
    'is gone with one right more, or not at all with a mend, when it is closed',
    () => {
      chmodSync(folder, 0o700);
      const target = join(folder, 'open/below');
      let words;
      try {
        words = accessProblem(otherAccount, [target]);
      } catch (error) {
        expect(String(error)).toContain(`chmod o+x ${folder}`);
        return;
      }
      const [program = '', ...args] = [...words, 'sh', '-c', 'id -u; test -x "$0" && echo reached', target];
      expect(execFileSync(program, args, { encoding: 'utf8' })).toBe(`${otherAccount.uid}\nreached\n`);
    },
  );
});
