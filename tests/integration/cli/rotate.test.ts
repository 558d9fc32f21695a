import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CommandContext } from '../../../apps/cli/src/shared/io.ts';
import { stubAwsEnvironment } from '../../support/aws/environment.ts';
import { runCommand } from '../../support/bookedbarber.ts';
import { firstPassword, type Installation, startInstallation } from '../../support/rotation/installation.ts';

let all: Installation;
let aheadMs: number;
beforeEach(async () => {
  all = await startInstallation();
  aheadMs = 0;
  stubAwsEnvironment({
    AWS_ENDPOINT_URL_SECRETS_MANAGER: all.secrets.url,
    AWS_ENDPOINT_URL_ELASTICACHE: all.cache.url,
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await all.close();
});

/** Advances the clock by five times the wait of the command, so that it polls less often. */
async function rotate(args: readonly string[], changes: Partial<CommandContext> = {}) {
  const result = await runCommand(['rotate', ...args], {
    nowMs: () => Date.now() + aheadMs,
    wait: async (ms) => {
      aheadMs += 5 * ms;
    },
    ...changes,
  });
  const pending = all.secrets.value('redis', 'AWSPENDING');
  const passwords = [firstPassword, currentPassword(), ...(pending === null ? [] : [passwordIn(pending)])];
  for (const password of passwords)
    for (const text of [result.stdout, result.stderr]) expect(text).not.toContain(password);
  return result;
}
const passwordIn = (secret: string) => (JSON.parse(secret) as { password: string }).password;
const currentPassword = () => passwordIn(all.secrets.value('redis') ?? '{}');
const direct = ['redis', '--direct', '--group', 'bookedbarber'];

test('a direct rotation runs and prints all steps, and leaves only the new password valid', async () => {
  const { code, stdout, stderr } = await rotate(direct);
  expect([code, stderr]).toEqual([0, '']);
  expect(
    stdout
      .match(/^(\w+) /gm)
      ?.map((word) => word.trim())
      .slice(0, 5),
  ).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret', 'revokeOldPassword']);
  expect(stdout).toMatch(/revoked the old password; \d+ connections, no login was rejected in 15 s/);
  expect([await all.takes(firstPassword), await all.takes(currentPassword())]).toEqual([false, true]);
  const again = await rotate(['redis', '--revoke-old-password', '--group', 'bookedbarber', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({
    state: 'revoked',
    steps: [{ step: 'revokeOldPassword' }],
  });
});

test('a second direct rotation sets another password', async () => {
  await rotate(direct);
  const former = currentPassword();
  expect((await rotate(direct)).code).toBe(0);
  expect(currentPassword()).not.toBe(former);
  expect([await all.takes(former), await all.takes(currentPassword())]).toEqual([false, true]);
});

test('the old password is restored and the command fails if a client still needs it', async () => {
  const wait = async (ms: number): Promise<void> => {
    aheadMs += 5 * ms;
    if (all.cache.passwords.length === 1 && all.cache.passwords[0] !== firstPassword)
      await all.takes(firstPassword);
  };
  const { code, stderr } = await rotate(direct, { wait });
  expect(code).toBe(1);
  expect(stderr).toMatch(/1 login was rejected: a client has not read the new password/);
  expect(stderr).toContain('The old password was restored, and PING confirms that it works');
  expect([await all.takes(firstPassword), await all.takes(currentPassword())]).toEqual([true, true]);
});

test('a failed step exits with 1, and the JSON error states which password works', async () => {
  all.cache.refuses.set('ModifyReplicationGroup', { code: 'InvalidParameterValue', message: 'no', times: 9 });
  const { code, stderr } = await rotate([...direct, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'rotation_failed' } });
  expect(stderr).toContain('PING confirms that the old password works');
  expect(await all.takes(firstPassword)).toBe(true);
});

test('it requests a rotation from Secrets Manager and waits until it completes', async () => {
  all.secrets.onRotate = (SecretId, ClientRequestToken) =>
    void (async () => {
      for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'])
        await all.call({ Step, SecretId, ClientRequestToken });
    })();
  const wait = () => delay(20);
  const { code, stdout } = await rotate(['redis', '--json'], { wait });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'rotated', steps: [{ step: 'rotation' }] });
  expect(await all.takes(currentPassword())).toBe(true);
  expect(currentPassword()).not.toBe(firstPassword);
});

test('it fails after 40 minutes without a result, and the old password still works', async () => {
  // Each poll takes two of the 40 minutes, so that few polls are needed.
  const wait = async (): Promise<void> => {
    aheadMs += 120_000;
  };
  const { code, stderr } = await rotate(['redis'], { wait });
  expect(code).toBe(1);
  expect(stderr).toContain('did not finish the rotation within 40 minutes');
  expect(stderr).toContain('The old password still works');
  expect(await all.takes(firstPassword)).toBe(true);
});

test('it reports a missing secret and a missing --group', async () => {
  expect((await rotate(['nothing'])).stderr).toContain("can't find the specified secret");
  const unnamed = await rotate(['redis', '--direct']);
  expect(unnamed.code).toBe(2);
  expect(unnamed.stderr).toContain('--group');
});
