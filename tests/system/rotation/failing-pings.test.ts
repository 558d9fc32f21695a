/** Every PING that a step sends fails once: a rotation that stops anywhere leaves a password that works. */
import type { RotationPorts } from '@bookedbarber/redis-login/rotation';
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
    revokeOldPassword: 'finishSecret',
  };
  const pingsOf: Record<Step, number> = {
    createSecret: 1,
    setSecret: 4,
    testSecret: 2,
    finishSecret: 2,
    revokeOldPassword: 2,
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
      if (step === 'revokeOldPassword') all.later(graceMs);
      const failure = await all.call(event(step), failing(number)).catch((error: unknown) => error as Error);
      expect(failure).toBeInstanceOf(Error);
      const { message } = failure as Error;
      expect(message).toContain(`The rotation stopped at ${step}: `);
      expect(message).toMatch(/old (password|one)|takes those that it took before/);
      expect(message).toMatch(/works|was not taken|takes/);
      expect(message).not.toContain(firstPassword);
      expect(all.said.at(-1)).toEqual({ step, outcome: 'failed', message });
      expect(await all.takes(firstPassword)).toBe(true);
      if (step !== 'revokeOldPassword') expect(passwordOf('AWSCURRENT')).toBe(firstPassword);
      process.stdout.write(`${step}, PING ${number}: ${message}\n`);
      await run('revokeOldPassword');
      expect(await all.takes(passwordOf('AWSCURRENT') ?? '')).toBe(true);
    },
  );

  test('is looked for in every PING that a step sends', async () => {
    for (const step of [...steps, 'revokeOldPassword'] as const) {
      const ports = failing(0);
      if (step === 'revokeOldPassword') all.later(graceMs);
      await all.call(event(step), ports);
      expect([step, ports.pings()]).toEqual([step, pingsOf[step]]);
    }
  });
});
