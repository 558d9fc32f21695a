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

const stateOf = {
  rotated:
    'The new password is in use. The server takes the old one too, until the schedule of the rotation takes it away.',
  settled: 'The new password is in use, and the only one that the server takes.',
} as const;

export const addRotate: AddCommand = (parent, context) => {
  const command = parent
    .command('rotate')
    .argument('<secret>', 'name or ARN of the secret in AWS Secrets Manager that holds the password')
    .summary('give ElastiCache a new password while everybody works')
    .description(
      'Has AWS Secrets Manager rotate the password with its function, and waits for the end. With --direct the steps are ' +
        'carried out from here, which must reach the server: both passwords are taken (ROTATE), processes read the new ' +
        'one, and after a time the old one is taken away (SET). Each step begins and ends with PING; one that fails ' +
        'leaves the old password working and says so.',
    )
    .option('--group <id>', 'replication group of ElastiCache; wanted by --direct and --revoke-old-password')
    .option('--region <region>', 'AWS region (that of the ARN, else us-east-1)')
    .option('--direct', 'carry the steps out from here')
    .option('--revoke-old-password', 'only take the old password away, from here')
    .option(
      '--grace <seconds>',
      'time for every process to read the new password before the old one is taken away: above REDIS_PASSWORD_REFRESH',
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
  const fromHere = options.direct === true || options.revokeOldPassword === true;
  if (fromHere && options.group === undefined)
    throw new UsageError('Steps from here want to know the server.', {
      remediation: 'Name its replication group with --group.',
    });
  const region = options.region ?? /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretId)?.[1] ?? 'us-east-1';
  const waiting = createInterruptibleWait(
    context,
    'The old password works. Repeat the command to go on where it stopped, with --revoke-old-password when processes have the new one.',
  );
  const progress = progressOn(context.stderr);
  const done: StepDone[] = [];
  const tell = (step: StepDone): void => {
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
      if (!fromHere) {
        progress.show('Secrets Manager rotates …');
        const startedMs = nowMs();
        await requestRotation({ client, secret, id: secretId, waiting, nowMs });
        tell({
          step: 'rotation',
          outcome: 'Secrets Manager has rotated the password',
          seconds: (nowMs() - startedMs) / 1000,
        });
        return;
      }
      const group = await groupOf(options.group ?? '', region, { waiting, nowMs });
      const { newPassword } = await import('@bookedbarber/redis-login/rotation');
      const ports: RotationPorts & { group: AwsGroup } = { secret, group, newPassword, nowMs };
      const rotating: DirectRotation = { ports, waiting, tell, show: progress.show };
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
  const state = fromHere ? 'settled' : 'rotated';
  if (options.json === true) printJson(context, { state, steps: done });
  else printLines(context, ['', stateOf[state]]);
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
