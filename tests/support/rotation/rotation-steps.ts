import { randomUUID } from 'node:crypto';
import { graceMs, type Installation } from './installation.ts';

export const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof steps)[number] | 'revokeOldPassword';

/** One rotation of an installation. */
export type Rotation = {
  /** The event with which AWS calls the function. */
  event(step: Step): unknown;
  /** Runs all steps up to this one. Revocation of the old password waits for the grace period. */
  run(upTo: Step): Promise<void>;
};

export function startRotation(all: Installation): Rotation {
  const version = randomUUID();
  const event = (step: Step) =>
    step === 'revokeOldPassword'
      ? { revokeOldPassword: true }
      : { Step: step, SecretId: all.secrets.arnOf('redis'), ClientRequestToken: version };
  return {
    event,
    async run(upTo) {
      for (const step of steps) {
        await all.call(event(step));
        if (step === upTo) return;
      }
      all.later(graceMs);
      await all.call(event('revokeOldPassword'));
    },
  };
}

/** The password of the secret's version with this label; null if no version has it. */
export function passwordOf(all: Installation, label: string): string | null {
  const text = all.secrets.value('redis', label);
  return text === null ? null : (JSON.parse(text) as { password: string }).password;
}
