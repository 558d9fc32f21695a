import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../setup/temporary-folder.mjs';
import { runAs } from './postgres-account.mjs';

const folder = temporaryFolder();
const otherAccount = { uid: 65_123, gid: 65_123 };

it.runIf(process.getuid?.() === 0)(
  'runs a program under another account, in an accessible and in an inaccessible folder',
  () => {
    chmodSync(folder(), 0o711);
    expect(runAs(otherAccount, [folder()])).toEqual({ before: [], ...otherAccount });
    chmodSync(folder(), 0o700);
    // Without the capabilities that this requires, the error has a remediation.
    let command = { before: /** @type {string[]} */ ([]) };
    try {
      command = runAs(otherAccount, [folder()]);
    } catch (error) {
      expect(String(error)).toContain('as an ordinary user');
      return;
    }
    const [program = '', ...args] = [
      ...command.before,
      'sh',
      '-c',
      'id -u; test -x "$0" && echo reached',
      folder(),
    ];
    expect(execFileSync(program, args, { encoding: 'utf8' })).toBe(`${otherAccount.uid}\nreached\n`);
  },
);
