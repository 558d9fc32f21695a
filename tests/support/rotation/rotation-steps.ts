import { randomUUID } from 'node:crypto';
import { graceMs, type Installation } from './installation.ts';

export const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof steps)[number] | 'revokeOldPassword';

/** One rotation of an installation. */
export type Rotation = {
  /** What AWS calls the function with. */
  event(step: Step): unknown;
  /** Calls all steps up to this one; the old password is revoked when it is time. */
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

/** The password of the secret's version with this label; null when there is none. */
export function passwordOf(all: Installation, label: string): string | null {
  const text = all.secrets.value('redis', label);
  return text === null ? null : (JSON.parse(text) as { password: string }).password;
}
