/** The rotation of a group in cluster mode: three primaries, each of which has to take the password. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAllLogins } from '../../../apps/cli/src/rotate/refused-clients.ts';
import {
  firstPassword,
  graceMs,
  type Installation,
  startInstallation,
} from '../../support/rotation/installation.ts';

let all: Installation;
let version: string;
beforeEach(async () => {
  all = await startInstallation('cluster');
  version = randomUUID();
});
afterEach(() => all.close());

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const run = (step: string) =>
  all.call({ Step: step, SecretId: all.secrets.arnOf('redis'), ClientRequestToken: version });
const passwordOf = (label: string) =>
  (JSON.parse(all.secrets.value('redis', label) ?? '{}') as { password?: string }).password ?? '';

test('goes through all steps, and each primary takes the new password alone in the end', async () => {
  for (const step of steps) await run(step);
  const current = passwordOf('AWSCURRENT');
  expect([await all.takes(firstPassword), await all.takes(current)]).toEqual([true, true]);
  all.later(graceMs);
  await all.call({ revokeOldPassword: true });
  expect(all.said.at(-1)).toMatchObject({ outcome: 'settled' });
  expect([await all.takes(firstPassword), await all.takes(current)]).toEqual([false, true]);
});

test('a primary that misses the new password is told by its name, and the old one works everywhere', async () => {
  const last = all.primaries[2];
  if (last === undefined) throw new Error('there are three');
  await run('createSecret');
  all.deaf.add(last);
  await expect(run('setSecret')).rejects.toThrow(
    new RegExp(`does not answer PING to the new password \\(127\\.0\\.0\\.1:${last.port}: WRONGPASS\\)`),
  );
  await expect(run('testSecret')).rejects.toThrow(/The old password works, as PING has just shown/);
  expect(await all.takes(firstPassword)).toBe(true);
  expect(passwordOf('AWSCURRENT')).toBe(firstPassword);
});

test('nothing is begun while a primary does not answer', async () => {
  const [, second] = all.primaries;
  second?.freeze();
  await expect(run('createSecret')).rejects.toThrow(/No password was taken from the server/);
  second?.thaw();
  expect(all.cache.actions).not.toContain('ModifyReplicationGroup ROTATE');
});

test('clients and refusals are counted over all primaries', async () => {
  const addresses = all.primaries.map(({ port }) => ({ host: '127.0.0.1', port, tls: false }));
  const before = await readAllLogins(addresses, firstPassword);
  expect(await all.takes('a password that nobody knows')).toBe(false);
  const after = await readAllLogins(addresses, firstPassword);
  expect((after.refused ?? 0) - (before.refused ?? 0)).toBe(addresses.length);
});
