import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  firstPassword,
  graceMs,
  type Installation,
  startInstallation,
} from '../../support/rotation/installation.ts';
import {
  passwordOf as passwordWithLabel,
  type Rotation,
  type Step,
  startRotation,
  steps,
} from '../../support/rotation/rotation-steps.ts';

let installation: Installation;
let rotation: Rotation;
beforeEach(async () => {
  installation = await startInstallation();
  rotation = startRotation(installation);
});
afterEach(() => installation.close());

const event = (step: Step) => rotation.event(step);
const run = (upTo: Step) => rotation.run(upTo);
const passwordOf = (label: string) => passwordWithLabel(installation, label);

describe('a rotation', () => {
  test('adds a second password to the server, gives it to the processes, and revokes the first after the grace period', async () => {
    await run('setSecret');
    const pending = passwordOf('AWSPENDING') ?? '';
    expect(pending).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(installation.cache.passwords).toEqual([firstPassword, pending]);
    expect(passwordOf('AWSCURRENT')).toBe(firstPassword);
    await installation.call(event('testSecret'));
    await installation.call(event('finishSecret'));
    expect(passwordOf('AWSCURRENT')).toBe(pending);
    expect(installation.secrets.value('redis')).toContain('"note":"stays"');
    await installation.call(event('revokeOldPassword'));
    expect(installation.said.at(-1)).toEqual({ step: 'revokeOldPassword', outcome: 'too-early' });
    expect(await installation.takes(firstPassword)).toBe(true);
    installation.later(graceMs);
    await installation.call(event('revokeOldPassword'));
    await installation.call(event('revokeOldPassword'));
    expect(installation.said.slice(-2).map(({ outcome }) => outcome)).toEqual(['revoked', 'nothing-to-do']);
    expect([await installation.takes(firstPassword), await installation.takes(pending)]).toEqual([
      false,
      true,
    ]);
    expect(installation.cache.actions.filter((action) => action.startsWith('Modify'))).toEqual([
      'ModifyReplicationGroup ROTATE',
      'ModifyReplicationGroup SET',
    ]);
  });

  test('has the same result when every step runs twice', async () => {
    for (const step of steps) {
      await installation.call(event(step));
      await installation.call(event(step));
    }
    expect(installation.cache.passwords).toEqual([firstPassword, passwordOf('AWSCURRENT')]);
  });

  test('waits while the group is being modified, and retries throttled requests', async () => {
    await installation.call(event('createSecret'));
    installation.cache.busyFor(3);
    installation.cache.refuses.set('ModifyReplicationGroup', {
      code: 'InvalidReplicationGroupState',
      message: 'not available',
      times: 1,
    });
    installation.cache.refuses.set('DescribeReplicationGroups', {
      code: 'Throttling',
      message: 'Rate exceeded',
      times: 1,
    });
    await installation.call(event('setSecret'));
    expect(await installation.takes(passwordOf('AWSPENDING') ?? '')).toBe(true);
  });

  test('continues an unfinished rotation with its password, so that no third password revokes the old one', async () => {
    await run('setSecret');
    const unfinished = passwordOf('AWSPENDING');
    rotation = startRotation(installation);
    await run('revokeOldPassword');
    expect(passwordOf('AWSCURRENT')).toBe(unfinished);
  });

  test('restores and reports an old password that another client revoked', async () => {
    await run('setSecret');
    installation.secrets.unlabel('redis', 'AWSPENDING');
    rotation = startRotation(installation);
    await installation.call(event('createSecret'));
    await expect(installation.call(event('setSecret'))).rejects.toThrow(
      /setSecret: PING with the old password fails.* was restored, .* works/,
    );
    expect(await installation.takes(firstPassword)).toBe(true);
    await run('revokeOldPassword');
    expect(await installation.takes(passwordOf('AWSCURRENT') ?? '')).toBe(true);
  });

  test('revokes nothing while another rotation is in progress', async () => {
    await run('finishSecret');
    const current = passwordOf('AWSCURRENT') ?? '';
    rotation = startRotation(installation);
    await run('setSecret');
    installation.later(graceMs);
    await installation.call(event('revokeOldPassword'));
    expect(installation.said.at(-1)).toEqual({ step: 'revokeOldPassword', outcome: 'too-early' });
    const pending = passwordOf('AWSPENDING') ?? '';
    expect(pending).not.toBe(current);
    expect([await installation.takes(current), await installation.takes(pending)]).toEqual([true, true]);
    await run('revokeOldPassword');
    expect(await installation.takes(pending)).toBe(true);
    expect(await installation.takes(current)).toBe(false);
  });

  test('returns the old password to the processes when the new one stops working at the end', async () => {
    await run('testSecret');
    const { ports } = installation;
    let pings = 0;
    const group = {
      ...ports.group,
      async ping(password: string) {
        pings += 1;
        if (pings === 2) throw new Error('no response');
        await ports.group.ping(password);
      },
    };
    const failed = installation.call(event('finishSecret'), { ...ports, group });
    await expect(failed).rejects.toThrow(/stopped at finishSecret: PING with the new password fails/);
    expect(passwordOf('AWSCURRENT')).toBe(firstPassword);
    await run('revokeOldPassword');
    expect(await installation.takes(passwordOf('AWSCURRENT') ?? '')).toBe(true);
  });

  test('reports which password works when ROTATE fails', async () => {
    await installation.call(event('createSecret'));
    installation.cache.refuses.set('ModifyReplicationGroup', {
      code: 'InvalidParameterValue',
      message: 'no',
      times: 9,
    });
    await expect(installation.call(event('setSecret'))).rejects.toThrow(
      /stopped at setSecret: ROTATE failed.* PING confirms that the old password works/,
    );
  });
});

const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:redis-AbCdEf';

test.each<[string, unknown, RegExp]>([
  [
    'for another secret',
    { Step: 'setSecret', SecretId: 'arn:other', ClientRequestToken: 'x' },
    /a secret that this function does not rotate/,
  ],
  ['without a step', { SecretId: 'redis' }, /no rotation step/],
  ['that is null', null, /no rotation step/],
  ['with an unknown step', { Step: 'revokeOldPassword', SecretId: secretArn }, /no rotation step/],
  ['without a version', { Step: 'setSecret', SecretId: secretArn }, /no valid version/],
  [
    'with a label in place of a version',
    { Step: 'setSecret', SecretId: secretArn, ClientRequestToken: 'AWSCURRENT' },
    /no valid version/,
  ],
])('rejects an event %s without changing anything', async (_case, given, expected) => {
  await expect(installation.call(given)).rejects.toThrow(expected);
  expect(installation.secrets.operations).toEqual([]);
  expect(installation.cache.actions).toEqual([]);
});
