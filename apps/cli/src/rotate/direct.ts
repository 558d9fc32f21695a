import { randomUUID } from 'node:crypto';
import {
  type AwsGroup,
  type RotationPorts,
  revokeOldPassword,
  runStep,
} from '@bookedbarber/redis-login/rotation';
import type { InterruptibleWait } from '../provision/stacks/waiting.ts';
import { Failure } from '../shared/user-error.ts';
import { readAllLogins } from './refused-clients.ts';

/** What came of one step, for people and machines. */
export type StepDone = { step: string; outcome: string; seconds: number };

export type DirectRotation = {
  ports: RotationPorts & { group: AwsGroup };
  waiting: InterruptibleWait;
  tell: (done: StepDone) => void;
  /** Says what is being waited for. */
  show: (text: string) => void;
};

const steps = [
  ['createSecret', 'a new password lies in the secret (AWSPENDING)'],
  ['setSecret', 'the server takes the old and the new password'],
  ['testSecret', 'PING is answered to both'],
  ['finishSecret', 'processes read the new password from now on (AWSCURRENT)'],
] as const;

/** The connections that are left with the old password are told from by their being refused; so long they are looked for. */
const monitorMs = 15_000;
const pollIntervalMs = 1000;

/** The four steps, from here. One that was given up half done is gone on with. */
export async function rotateDirectly({ ports, tell, show }: DirectRotation): Promise<void> {
  const labels = await ports.secret.labels();
  const pending = labels.get('AWSPENDING');
  const isUnfinished = pending !== undefined && pending !== labels.get('AWSCURRENT');
  const version = isUnfinished ? pending : randomUUID();
  for (const [step, outcome] of steps) {
    show(`${step} …`);
    await timed(step, () => runStep(step, version, ports).then(() => outcome), { ports, tell });
  }
}

/** Waits until every process has read the new password, takes the old one away, and looks whether anybody misses it. */
export async function revokeDirectly(graceMs: number, rotating: DirectRotation): Promise<void> {
  const { ports, waiting, show } = rotating;
  await timed('revokeOldPassword', () => waitAndRevoke(), rotating);

  async function waitAndRevoke(): Promise<string> {
    for (;;) {
      let seen = '';
      const settled = await revokeOldPassword(graceMs, ports, async () => {
        show('Looking whether anybody is refused …');
        seen = await monitorLogins(rotating);
      });
      if (settled === 'nothing-to-do')
        return 'the server takes one password alone; there was nothing to take away';
      if (settled === 'settled') return `the old password was taken away; ${seen}`;
      const leftMs = graceMs - (ports.nowMs() - (await ports.secret.changedAtMs()));
      if (leftMs <= 0)
        throw new Failure('rotation_unfinished', 'A rotation is under way.', {
          remediation:
            'Let it come to its end, or repeat the command without --revoke-old-password to go on with it.',
        });
      show(`Every process reads the new password within ${Math.ceil(leftMs / 1000)} s …`);
      await waiting.pause(Math.min(leftMs, pollIntervalMs));
    }
  }
}

/** Rejects when a login is refused that the new password would not have been. */
async function monitorLogins({ ports, waiting }: DirectRotation): Promise<string> {
  const version = (await ports.secret.labels()).get('AWSCURRENT') ?? '';
  const { parseSecret } = await import('@bookedbarber/redis-login');
  const password = parseSecret((await ports.secret.text(version)) ?? '', null)?.password ?? '';
  const see = async () => readAllLogins(await ports.group.primaries(password), password);
  const first = await see();
  const endMs = ports.nowMs() + monitorMs;
  for (let now = first; ; now = await see()) {
    const refused = (now.refused ?? 0) - (first.refused ?? 0);
    if (refused > 0)
      throw new Error(`${refused} logins were refused: somebody has not read the new password`);
    if (ports.nowMs() >= endMs) {
      const none = now.refused === null ? 'the server does not say who is refused' : 'none was refused';
      return `${now.connections} connections, ${none} in ${monitorMs / 1000} s`;
    }
    await waiting.pause(pollIntervalMs);
  }
}

async function timed(
  step: string,
  work: () => Promise<string>,
  { ports, tell }: Pick<DirectRotation, 'ports' | 'tell'>,
): Promise<void> {
  const startedMs = ports.nowMs();
  const outcome = await work();
  tell({ step, outcome, seconds: Math.round((ports.nowMs() - startedMs) / 100) / 10 });
}
