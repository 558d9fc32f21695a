/** Fails every PING of every step once: a rotation that stops at any point leaves a working password. */
import type { RotationPorts } from '@bookedbarber/redis-login/rotation';
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

describe('a failing PING', () => {
  /** Fails the PING with this number, counted from 1 and from now on. */
  function failing(number: number): RotationPorts & { pings: () => number } {
    let pings = 0;
    return {
      ...installation.ports,
      pings: () => pings,
      group: {
        ...installation.ports.group,
        async ping(password) {
          pings += 1;
          if (pings === number) throw new Error('no response within 5000 ms');
          await installation.ports.group.ping(password);
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
  // The second PING of setSecret tests whether the server already accepts the new password. Its failure is not an
  // error.
  const mayFail = (step: Step, number: number) => step === 'setSecret' && number === 2;

  test.each(cases.filter(([step, number]) => !mayFail(step, number)))(
    'in %s, PING %d: the old password works, the message reports it, and a second attempt succeeds',
    async (step, number) => {
      const last = before[step];
      if (last !== null) await run(last);
      if (step === 'revokeOldPassword') installation.later(graceMs);
      const failure = await installation
        .call(event(step), failing(number))
        .catch((error: unknown) => error as Error);
      expect(failure).toBeInstanceOf(Error);
      const { message } = failure as Error;
      expect(message).toContain(`The rotation stopped at ${step}: `);
      expect(message).toMatch(/the old (password|one)|the same passwords as before/i);
      expect(message).toMatch(/works|was not revoked|accepts/);
      expect(message).not.toContain(firstPassword);
      expect(installation.said.at(-1)).toEqual({ step, outcome: 'failed', message });
      expect(await installation.takes(firstPassword)).toBe(true);
      if (step !== 'revokeOldPassword') expect(passwordOf('AWSCURRENT')).toBe(firstPassword);
      process.stdout.write(`${step}, PING ${number}: ${message}\n`);
      await run('revokeOldPassword');
      expect(await installation.takes(passwordOf('AWSCURRENT') ?? '')).toBe(true);
    },
  );

  test('is tested for every PING that a step sends', async () => {
    for (const step of [...steps, 'revokeOldPassword'] as const) {
      const ports = failing(0);
      if (step === 'revokeOldPassword') installation.later(graceMs);
      await installation.call(event(step), ports);
      expect([step, ports.pings()]).toEqual([step, pingsOf[step]]);
    }
  });
});
