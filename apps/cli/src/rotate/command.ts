import type { AwsGroup, RotationPorts } from '@bookedbarber/redis-login/rotation';
import { createInterruptibleWait } from '../provision/stacks/waiting.ts';
import { onAws } from '../shared/aws/aws-failure.ts';
import { openElastiCache, openSecretsManager } from '../shared/aws/clients.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import { parseSeconds } from '../shared/files-and-times.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { Failure, UsageError } from '../shared/user-error.ts';
import { requestRotation } from './by-secrets-manager.ts';
import { type DirectRotation, revokeDirectly, rotateDirectly, type StepDone } from './direct.ts';

type Options = {
  group?: string;
  region?: string;
  direct?: boolean;
  revokeOldPassword?: boolean;
  grace: number;
  json?: boolean;
};

const stateText = {
  rotated:
    'The new password is in use. The server also accepts the old one, until the scheduled rotation revokes it.',
  revoked: 'The new password is in use. The server no longer accepts the old one.',
} as const;

export const addRotate: AddCommand = (parent, context) => {
  const command = parent
    .command('rotate')
    .argument('<secret>', 'name or ARN of the AWS Secrets Manager secret with the password')
    .summary('rotate the ElastiCache password without downtime')
    .description(
      'Makes AWS Secrets Manager rotate the password with its rotation function, and waits for the result. With --direct ' +
        'the command runs the steps itself and must be able to reach the server: the server accepts both passwords ' +
        '(ROTATE), processes read the new one, and after the grace period the old one is revoked (SET). Each step starts ' +
        'and ends with a PING. If a step fails, the old password still works.',
    )
    .option('--group <id>', 'ElastiCache replication group; required by --direct and --revoke-old-password')
    .option('--region <region>', 'AWS region (default: the region of the ARN, else us-east-1)')
    .option('--direct', 'run the rotation steps from this machine')
    .option('--revoke-old-password', 'only revoke the old password, from this machine')
    .option(
      '--grace <seconds>',
      'time for all processes to read the new password before the old one is revoked; longer than REDIS_PASSWORD_REFRESH',
      parseSeconds,
      600,
    )
    .option('--json', 'print one JSON document instead of text')
    .action((secret: string, options: Options) => rotate(secret, options, context));
  withExamples(command, [
    'bookedbarber rotate bookedbarber/redis-auth',
    'bookedbarber rotate bookedbarber/redis-auth --direct --group bookedbarber',
    'bookedbarber rotate bookedbarber/redis-auth --revoke-old-password --group bookedbarber --json',
  ]);
};

async function rotate(secretId: string, options: Options, context: CommandContext): Promise<void> {
  const isDirect = options.direct === true || options.revokeOldPassword === true;
  if (isDirect && options.group === undefined)
    throw new UsageError('The replication group is required for a direct rotation.', {
      remediation: 'Set it with --group.',
    });
  const region = options.region ?? /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretId)?.[1] ?? 'us-east-1';
  const waiting = createInterruptibleWait(
    context,
    'The old password still works. Repeat the command to continue the rotation. Add --revoke-old-password if all processes use the new password.',
  );
  const progress = progressOn(context.stderr);
  const done: StepDone[] = [];
  const onStep = (step: StepDone): void => {
    progress.clear();
    done.push(step);
    if (options.json !== true) printLines(context, [lineOf(step, context)]);
  };
  try {
    const { awsSecret, RotationError } = await import('@bookedbarber/redis-login/rotation');
    const client = await openSecretsManager(region);
    const secret = awsSecret(client, secretId);
    const nowMs = (): number => context.nowMs();
    const work = async (): Promise<void> => {
      if (!isDirect) {
        progress.show('Secrets Manager is rotating the password …');
        const startedMs = nowMs();
        await requestRotation({ client, secret, id: secretId, waiting, nowMs });
        onStep({
          step: 'rotation',
          outcome: 'Secrets Manager rotated the password',
          seconds: (nowMs() - startedMs) / 1000,
        });
        return;
      }
      const group = await groupOf(options.group ?? '', region, { waiting, nowMs });
      const { newPassword } = await import('@bookedbarber/redis-login/rotation');
      const ports: RotationPorts & { group: AwsGroup } = { secret, group, newPassword, nowMs };
      const rotating: DirectRotation = { ports, waiting, onStep, show: progress.show };
      if (options.revokeOldPassword !== true) await rotateDirectly(rotating);
      await revokeDirectly(options.grace * 1000, rotating);
    };
    await onAws('Rotating the password', work).catch((error: unknown) => {
      const cause = error instanceof Failure && error.cause !== undefined ? error.cause : error;
      if (!(cause instanceof RotationError)) throw error;
      throw new Failure('rotation_failed', `The rotation stopped at ${cause.step}: ${cause.reason}`, {
        details: [cause.works],
        remediation: cause.remediation,
        cause,
      });
    });
  } finally {
    progress.clear();
    waiting.close();
  }
  const state = isDirect ? 'revoked' : 'rotated';
  if (options.json === true) printJson(context, { state, steps: done });
  else printLines(context, ['', stateText[state]]);
}

async function groupOf(
  id: string,
  region: string,
  { waiting, nowMs }: Pick<DirectRotation, 'waiting'> & { nowMs: () => number },
): Promise<AwsGroup> {
  const { awsGroup } = await import('@bookedbarber/redis-login/rotation');
  return awsGroup({
    client: await openElastiCache(region),
    id,
    pause: (ms) => waiting.pause(ms),
    pollIntervalMs: 5000,
    changeTimeoutMs: 40 * 60_000,
    pingTimeoutMs: 5000,
    nowMs,
  });
}

function lineOf({ step, outcome, seconds }: StepDone, { stdout, environment }: CommandContext): string {
  const paint = paintFor(stdout, environment);
  return `${step.padEnd(13)} ${outcome}  ${paint.quiet(`${seconds.toFixed(1)} s`)}`;
}
