import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../setup/temporary-folder.mjs';
import { runAs } from './postgres-account.mjs';

const folder = temporaryFolder();
const otherAccount = { uid: 65_123, gid: 65_123 };

/** Capabilities of Linux, by number: may this process give another account access to every folder? */
const [ignoreModes, readAll, setGroup, setUser, grantCapabilities] = [1, 2, 6, 7, 8];
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const mayGrant =
  isRoot && [setGroup, setUser, grantCapabilities].every(has) && (has(readAll) || has(ignoreModes));

/** @param {number} capability */
function has(capability) {
  const [, granted = '0'] = /^CapBnd:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return (BigInt(`0x${granted}`) >> BigInt(capability)) % 2n === 1n;
}

it.runIf(isRoot)('runs a program under another account in an accessible folder', () => {
  chmodSync(folder(), 0o711);
  expect(runAs(otherAccount, [folder()])).toEqual({ before: [], ...otherAccount });
});

it.runIf(isRoot && !mayGrant)(
  'rejects an inaccessible folder without the capabilities, with a remediation',
  () => {
    chmodSync(folder(), 0o700);
    expect(() => runAs(otherAccount, [folder()])).toThrow('as an ordinary user');
  },
);

it.runIf(mayGrant)(
  'runs a program under another account in an inaccessible folder with one capability of root',
  () => {
    chmodSync(folder(), 0o700);
    const command = runAs(otherAccount, [folder()]);
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
