import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDeployment } from '../../../apps/cli/src/provision/deployment-file.ts';
import { runCommand } from '../../support/bookedbarber.ts';

const account = ['--account', '123456789012'];
const zones = ['--zone', 'us-east-1a', '--zone', 'us-east-1b'];
const alarms = ['--alarm-email', 'ops@example.com'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-deployment-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'deployment.json');
const plan = (...args: string[]) =>
  runCommand(['plan', '--barbers', '8', '--deployment', 'deployment.json', ...args], {
    workingFolder: folder,
  });

test('provision can read a saved deployment, and the output shows the next command', async () => {
  const { code, stdout } = await plan(...account, ...zones, ...alarms);
  expect([code, stdout]).toEqual([0, expect.stringContaining('bookedbarber provision deployment.json')]);
  expect(readDeployment(file())).toMatchObject({ account: '123456789012', plan: { name: 'bookedbarber' } });
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
    network: { kind: 'new', availabilityZones: ['us-east-1a', 'us-east-1b'] },
    alarms: { email: 'ops@example.com' },
  });
});

test('an existing file is never overwritten', async () => {
  writeFileSync(file(), 'mine');
  const { code, stderr } = await plan(...account, ...zones, ...alarms);
  expect([code, stderr]).toEqual([1, expect.stringContaining('is not overwritten')]);
  expect(readFileSync(file(), 'utf8')).toBe('mine');
});

test.each<[string, string[], RegExp]>([
  ['no account', [...zones, ...alarms], /--account 123456789012 --zone us-east-1a/],
  ['one zone', [...account, '--zone', 'us-east-1a', ...alarms], /at least two zones/],
  ['no alarm recipient', [...account, ...zones], /an alarm recipient/],
  [
    'a zone of another region',
    [...account, ...zones, '--zone', 'eu-west-1a', ...alarms],
    /eu-west-1a is not a zone of us-east-1/,
  ],
  ['an account of eleven digits', ['--account', '12345678901', ...zones, ...alarms], /twelve digits/],
  ['a zone that is a region', [...account, '--zone', 'us-east-1', ...alarms], /a zone such as us-east-1a/],
  ['an invalid email address', [...account, ...zones, '--alarm-email', 'ops'], /one email address/],
])('%s is rejected with a fix, and nothing is saved', async (_name, args, message) => {
  const { code, stderr } = await plan(...args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  expect(existsSync(file())).toBe(false);
});
