import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../setup/temporary-folder.mjs';
import { runAs } from './postgres-account.mjs';

const folder = temporaryFolder();
const otherAccount = { uid: 65_123, gid: 65_123 };

it.runIf(process.getuid?.() === 0)(
  'runs a program under another account, in an open and in a closed folder',
  () => {
    chmodSync(folder(), 0o711);
    expect(runAs(otherAccount, [folder()])).toEqual({ before: [], ...otherAccount });
    chmodSync(folder(), 0o700);
    // Without the rights that this takes there is a way to fix it.
    let way = { before: /** @type {string[]} */ ([]) };
    try {
      way = runAs(otherAccount, [folder()]);
    } catch (error) {
      expect(String(error)).toContain('as an ordinary user');
      return;
    }
    const [program = '', ...args] = [
      ...way.before,
      'sh',
      '-c',
      'id -u; test -x "$0" && echo reached',
      folder(),
    ];
    expect(execFileSync(program, args, { encoding: 'utf8' })).toBe(`${otherAccount.uid}\nreached\n`);
  },
);
