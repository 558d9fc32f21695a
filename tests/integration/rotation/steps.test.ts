import { randomUUID } from 'node:crypto';
import type { RotationPorts } from '@bookedbarber/redis-login/rotation';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  firstPassword,
  graceMs,
  type Installation,
  startInstallation,
} from '../../support/rotation/installation.ts';

let all: Installation;
let version: string;
beforeEach(async () => {
  all = await startInstallation();
  version = randomUUID();
});
afterEach(() => all.close());

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
type Step = (typeof steps)[number] | 'settle';

const event = (step: Step, of = version) =>
  step === 'settle'
    ? { settle: true }
    : { Step: step, SecretId: all.secrets.arnOf('redis'), ClientRequestToken: of };
async function run(upTo: Step): Promise<void> {
  for (const step of steps) {
    await all.call(event(step));
    if (step === upTo) return;
  }
  all.later(graceMs);
  await all.call(event('settle'));
}
const passwordOf = (label: string) => {
  const text = all.secrets.value('redis', label);
  return text === null ? null : (JSON.parse(text) as { password: string }).password;
};

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
    await all.call(event('settle'));
    expect(all.said.at(-1)).toEqual({ step: 'settle', outcome: 'too-early' });
    expect(await all.takes(firstPassword)).toBe(true);
    all.later(graceMs);
    await all.call(event('settle'));
    await all.call(event('settle'));
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
    version = randomUUID();
    await run('settle');
    expect(passwordOf('AWSCURRENT')).toBe(half);
  });

  test('after which somebody else pushed the old password out gives it back, and says so', async () => {
    await run('setSecret');
    all.secrets.unlabel('redis', 'AWSPENDING');
    version = randomUUID();
    await all.call(event('createSecret'));
    await expect(all.call(event('setSecret'))).rejects.toThrow(
      /setSecret: .*not answer PING to the old password .* given back .* works/,
    );
    expect(await all.takes(firstPassword)).toBe(true);
    await run('settle');
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

describe('a PING that fails', () => {
  /** Fails the PING of this number, from 1, that is sent from now on; counts them all. */
  function failing(number: number): RotationPorts & { pings: () => number } {
    let pings = 0;
    return {
      ...all.ports,
      pings: () => pings,
      group: {
        ...all.ports.group,
        async ping(password) {
          pings += 1;
          if (pings === number) throw new Error('no answer within 5000 ms');
          await all.ports.group.ping(password);
        },
      },
    };
  }
  const before: Record<Step, Step | null> = {
    createSecret: null,
    setSecret: 'createSecret',
    testSecret: 'setSecret',
    finishSecret: 'testSecret',
    settle: 'finishSecret',
  };
  const pingsOf: Record<Step, number> = {
    createSecret: 1,
    setSecret: 4,
    testSecret: 2,
    finishSecret: 2,
    settle: 2,
  };
  const cases = Object.entries(pingsOf).flatMap(([step, pings]) =>
    Array.from({ length: pings }, (_, n) => [step as Step, n + 1] as const),
  );
  // The second PING of setSecret asks whether the new password is there already: that it fails is its answer.
  const isQuestion = (step: Step, number: number) => step === 'setSecret' && number === 2;

  test.each(cases.filter(([step, number]) => !isQuestion(step, number)))(
    'in %s, PING %d: the old password works, the message says so, and a second attempt comes through',
    async (step, number) => {
      const last = before[step];
      if (last !== null) await run(last);
      if (step === 'settle') all.later(graceMs);
      const failure = await all.call(event(step), failing(number)).catch((error: unknown) => error as Error);
      expect(failure).toBeInstanceOf(Error);
      const { message } = failure as Error;
      expect(message).toContain(`The rotation stopped at ${step}: `);
      expect(message).toMatch(/old (password|one)|takes those that it took before/);
      expect(message).toMatch(/works|was not taken|takes/);
      expect(message).not.toContain(firstPassword);
      expect(all.said.at(-1)).toEqual({ step, outcome: 'failed', message });
      expect(await all.takes(firstPassword)).toBe(true);
      if (step !== 'settle') expect(passwordOf('AWSCURRENT')).toBe(firstPassword);
      process.stdout.write(`${step}, PING ${number}: ${message}\n`);
      await run('settle');
      expect(await all.takes(passwordOf('AWSCURRENT') ?? '')).toBe(true);
    },
  );

  test('is looked for in every PING that a step sends', async () => {
    for (const step of [...steps, 'settle'] as const) {
      const ports = failing(0);
      if (step === 'settle') all.later(graceMs);
      await all.call(event(step), ports);
      expect([step, ports.pings()]).toEqual([step, pingsOf[step]]);
    }
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
