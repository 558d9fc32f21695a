import { randomUUID } from 'node:crypto';
import {
  type AwsGroup,
  type RotationPorts,
  revokeOldPassword,
  runStep,
} from '@bookedbarber/redis-login/rotation';
import type { InterruptibleWait } from '../provision/stacks/waiting.ts';
import { Failure } from '../shared/user-error.ts';
import { type LoginCounts, readAllLogins } from './login-counts.ts';

/** The result of one step. */
export type StepDone = { step: string; outcome: string; seconds: number };

export type DirectRotation = {
  ports: RotationPorts & { group: AwsGroup };
  waiting: InterruptibleWait;
  onStep: (done: StepDone) => void;
  /** Shows a progress message. */
  show: (text: string) => void;
};

const steps = [
  ['createSecret', 'stored a new password in the secret (AWSPENDING)'],
  ['setSecret', 'the server accepts the old and the new password'],
  ['testSecret', 'PING succeeds with both passwords'],
  ['finishSecret', 'processes now read the new password (AWSCURRENT)'],
] as const;

/** Time to watch for rejected logins after the old password is revoked. */
const monitorMs = 15_000;
const pollIntervalMs = 1000;

/** Runs the four rotation steps from this machine. Continues an unfinished rotation. */
export async function rotateDirectly({ ports, onStep, show }: DirectRotation): Promise<void> {
  const labels = await ports.secret.labels();
  const pending = labels.get('AWSPENDING');
  const isUnfinished = pending !== undefined && pending !== labels.get('AWSCURRENT');
  const version = isUnfinished ? pending : randomUUID();
  for (const [step, outcome] of steps) {
    show(`${step} …`);
    await timed(step, () => runStep(step, version, ports).then(() => outcome), { ports, onStep });
  }
}

/** Waits until all processes have read the new password, revokes the old one, and watches for rejected logins. */
export async function revokeDirectly(graceMs: number, rotating: DirectRotation): Promise<void> {
  const { ports, waiting, show } = rotating;
  await timed('revokeOldPassword', () => waitAndRevoke(), rotating);

  async function waitAndRevoke(): Promise<string> {
    for (;;) {
      let logins = '';
      const result = await revokeOldPassword(graceMs, ports, async () => {
        show('Watching for rejected logins …');
        logins = await monitorLogins(rotating);
      });
      if (result === 'nothing-to-do') return 'the server accepts only one password; nothing to revoke';
      if (result === 'revoked') return `revoked the old password; ${logins}`;
      const remainingMs = graceMs - (ports.nowMs() - (await ports.secret.changedAtMs()));
      if (remainingMs <= 0)
        throw new Failure('rotation_unfinished', 'A rotation is in progress.', {
          remediation:
            'Wait until it finishes, or repeat the command without --revoke-old-password to continue it.',
        });
      show(`Waiting ${Math.ceil(remainingMs / 1000)} s for all processes to read the new password …`);
      await waiting.pause(Math.min(remainingMs, pollIntervalMs));
    }
  }
}

/** Describes the logins. Throws if the server rejects one, because a process still uses the old password. */
async function monitorLogins({ ports, waiting }: DirectRotation): Promise<string> {
  const version = (await ports.secret.labels()).get('AWSCURRENT') ?? '';
  const { parseSecret } = await import('@bookedbarber/redis-login');
  const password = parseSecret((await ports.secret.text(version)) ?? '', null)?.password ?? '';
  const read = async (): Promise<LoginCounts> =>
    readAllLogins(await ports.group.primaries(password), password);
  const first = await read();
  const endMs = ports.nowMs() + monitorMs;
  for (let latest = first; ; latest = await read()) {
    const rejected = (latest.rejected ?? 0) - (first.rejected ?? 0);
    if (rejected > 0)
      throw new Error(
        `${rejected} ${rejected === 1 ? 'login was' : 'logins were'} rejected: a client has not read the new password`,
      );
    if (ports.nowMs() >= endMs) {
      const outcome =
        latest.rejected === null
          ? 'the server does not report rejected logins'
          : `no login was rejected in ${monitorMs / 1000} s`;
      return `${latest.connections} connections, ${outcome}`;
    }
    await waiting.pause(pollIntervalMs);
  }
}

async function timed(
  step: string,
  work: () => Promise<string>,
  { ports, onStep }: Pick<DirectRotation, 'ports' | 'onStep'>,
): Promise<void> {
  const startedMs = ports.nowMs();
  const outcome = await work();
  onStep({ step, outcome, seconds: Math.round((ports.nowMs() - startedMs) / 100) / 10 });
}
