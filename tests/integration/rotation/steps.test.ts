import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  firstPassword,
  graceMs,
  type Installation,
  startInstallation,
} from '../../support/rotation/installation.ts';
import {
  passwordOf as labelled,
  type Rotation,
  type Step,
  startRotation,
  steps,
} from '../../support/rotation/rotation-steps.ts';

let all: Installation;
let rotation: Rotation;
beforeEach(async () => {
  all = await startInstallation();
  rotation = startRotation(all);
});
afterEach(() => all.close());

const event = (step: Step) => rotation.event(step);
const run = (upTo: Step) => rotation.run(upTo);
const passwordOf = (label: string) => labelled(all, label);

describe('a rotation', () => {
  test('gives the server a second password, then the processes, and takes the first one away when it is time', async () => {
    await run('setSecret');
    const pending = passwordOf('AWSPENDING') ?? '';
    expect(pending).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(all.cache.passwords).toEqual([firstPassword, pending]);
    expect(passwordOf('AWSCURRENT')).toBe(firstPassword);
    await all.call(event('testSecret'));
    await all.call(event('finishSecret'));
    expect(passwordOf('AWSCURRENT')).toBe(pending);
    expect(all.secrets.value('redis')).toContain('"note":"stays"');
    await all.call(event('revokeOldPassword'));
    expect(all.said.at(-1)).toEqual({ step: 'revokeOldPassword', outcome: 'too-early' });
    expect(await all.takes(firstPassword)).toBe(true);
    all.later(graceMs);
    await all.call(event('revokeOldPassword'));
    await all.call(event('revokeOldPassword'));
    expect(all.said.slice(-2).map(({ outcome }) => outcome)).toEqual(['settled', 'nothing-to-do']);
    expect([await all.takes(firstPassword), await all.takes(pending)]).toEqual([false, true]);
    expect(all.cache.actions.filter((action) => action.startsWith('Modify'))).toEqual([
      'ModifyReplicationGroup ROTATE',
      'ModifyReplicationGroup SET',
    ]);
  });

  test('comes to the same end when every step is called twice', async () => {
    for (const step of steps) {
      await all.call(event(step));
      await all.call(event(step));
    }
    expect(all.cache.passwords).toEqual([firstPassword, passwordOf('AWSCURRENT')]);
  });

  test('waits for a group that is being changed, and asks again when it is throttled', async () => {
    await all.call(event('createSecret'));
    all.cache.busyFor(3);
    all.cache.refuses.set('ModifyReplicationGroup', {
      code: 'InvalidReplicationGroupState',
      message: 'not available',
      times: 1,
    });
    all.cache.refuses.set('DescribeReplicationGroups', {
      code: 'Throttling',
      message: 'Rate exceeded',
      times: 1,
    });
    await all.call(event('setSecret'));
    expect(await all.takes(passwordOf('AWSPENDING') ?? '')).toBe(true);
  });

  test('that was given up half done is gone on with, so that no third password pushes the old one out', async () => {
    await run('setSecret');
    const half = passwordOf('AWSPENDING');
    rotation = startRotation(all);
    await run('revokeOldPassword');
    expect(passwordOf('AWSCURRENT')).toBe(half);
  });

  test('after which somebody else pushed the old password out gives it back, and says so', async () => {
    await run('setSecret');
    all.secrets.unlabel('redis', 'AWSPENDING');
    rotation = startRotation(all);
    await all.call(event('createSecret'));
    await expect(all.call(event('setSecret'))).rejects.toThrow(
      /setSecret: .*not answer PING to the old password .* given back .* works/,
    );
    expect(await all.takes(firstPassword)).toBe(true);
    await run('revokeOldPassword');
    expect(await all.takes(passwordOf('AWSCURRENT') ?? '')).toBe(true);
  });

  test('is refused by a server that refuses ROTATE, and the message says what works', async () => {
    await all.call(event('createSecret'));
    all.cache.refuses.set('ModifyReplicationGroup', {
      code: 'InvalidParameterValue',
      message: 'no',
      times: 9,
    });
    await expect(all.call(event('setSecret'))).rejects.toThrow(
      /stopped at setSecret: ROTATE was refused.* The old password works, as PING has just shown/,
    );
  });
});

test.each<[string, unknown, RegExp]>([
  [
    'of another secret',
    { Step: 'setSecret', SecretId: 'arn:other', ClientRequestToken: 'x' },
    /another secret/,
  ],
  ['without a step', { SecretId: 'redis' }, /names no step/],
  ['that is nothing', null, /names no step/],
])('an event %s is refused, and nothing is touched', async (_case, given, expected) => {
  await expect(all.call(given)).rejects.toThrow(expected);
  expect(all.secrets.operations).toEqual([]);
  expect(all.cache.actions).toEqual([]);
});
