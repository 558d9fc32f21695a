/** The rotation of a group in cluster mode: each of the three primaries must accept the password. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAllLogins } from '../../../apps/cli/src/rotate/login-counts.ts';
import {
  firstPassword,
  graceMs,
  type Installation,
  startInstallation,
} from '../../support/rotation/installation.ts';

let installation: Installation;
let version: string;
beforeEach(async () => {
  installation = await startInstallation('cluster');
  version = randomUUID();
});
afterEach(() => installation.close());

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const run = (step: string) =>
  installation.call({
    Step: step,
    SecretId: installation.secrets.arnOf('redis'),
    ClientRequestToken: version,
  });
const passwordOf = (label: string) =>
  (JSON.parse(installation.secrets.value('redis', label) ?? '{}') as { password?: string }).password ?? '';

test('a rotation completes, and every primary then accepts only the new password', async () => {
  for (const step of steps) await run(step);
  const current = passwordOf('AWSCURRENT');
  expect([await installation.takes(firstPassword), await installation.takes(current)]).toEqual([true, true]);
  installation.later(graceMs);
  await installation.call({ revokeOldPassword: true });
  expect(installation.said.at(-1)).toMatchObject({ outcome: 'revoked' });
  expect([await installation.takes(firstPassword), await installation.takes(current)]).toEqual([false, true]);
});

test('the error names a primary that lacks the new password, and the old one works on all primaries', async () => {
  const last = installation.primaries[2];
  if (last === undefined) throw new Error('the cluster must have three primaries');
  await run('createSecret');
  installation.withoutUpdates.add(last);
  await expect(run('setSecret')).rejects.toThrow(
    new RegExp(`PING with the new password fails \\(127\\.0\\.0\\.1:${last.port}: WRONGPASS\\)`),
  );
  await expect(run('testSecret')).rejects.toThrow(/PING confirms that the old password works/);
  expect(await installation.takes(firstPassword)).toBe(true);
  expect(passwordOf('AWSCURRENT')).toBe(firstPassword);
});

test('a rotation does not start while a primary does not respond', async () => {
  const [, second] = installation.primaries;
  second?.freeze();
  await expect(run('createSecret')).rejects.toThrow(/No password was revoked/);
  second?.thaw();
  expect(installation.cache.actions).not.toContain('ModifyReplicationGroup ROTATE');
});

test('rejected logins are counted on all primaries', async () => {
  const addresses = installation.primaries.map(({ port }) => ({ host: '127.0.0.1', port, tls: false }));
  const before = await readAllLogins(addresses, firstPassword);
  expect(await installation.takes('an unknown password')).toBe(false);
  const after = await readAllLogins(addresses, firstPassword);
  expect((after.rejected ?? 0) - (before.rejected ?? 0)).toBe(addresses.length);
});
