import { chmodSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { productionEnvFile } from '@bookedbarber/redis-tier/settings';
import { readPlanFile } from '../plan/plan-file.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import { readTextFile } from '../shared/files-and-times.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { Failure, UsageError } from '../shared/user-error.ts';
import { settingsOfPlan } from './plan-settings.ts';
import { prepareFile } from './prepare-file.ts';
import type { EnvOptions } from './requested-values.ts';
import { formatResult, resultJsonOf } from './result.ts';
import { writeFileAtomic } from './write-atomically.ts';

type Options = EnvOptions & {
  file: string;
  plan?: string;
  redisPasswordFile?: string;
  databaseUrlFile?: string;
  smtpUrlFile?: string;
  jobsUrlFile?: string;
  dryRun?: boolean;
  ask: boolean;
  json?: boolean;
};

const ownerOnly = 0o600;
const maxSecret = 4096;

export const addEnv: AddCommand = (parent, context) => {
  const command = parent
    .command('env')
    .summary('write the production settings to .env.production')
    .description(
      'Writes the production settings to a file that only its owner can read, and shows the changes. Secrets are never ' +
        'shown. Existing settings are preserved unless an option changes them. Pass secrets in files or on standard ' +
        'input (-), never on the command line. Missing OPERATOR_TOKEN and BOOKING_LINK_SECRET are generated. With ' +
        'NODE_ENV=production, the server loads .env.production from its working folder.',
    )
    .option('--file <file>', 'file to write', productionEnvFile)
    .option('--redis <endpoint>', 'endpoint from the ElastiCache console (host:6379), or a URL')
    .option('--redis-password-file <file>', 'file with the AUTH token of the cluster')
    .option('--new-redis-password', 'generate an AUTH token for a cluster that you will create')
    .option('--redis-username <name>', 'user, if the cluster has users')
    .option('--cluster', 'the endpoint is in cluster mode')
    .option('--no-cluster', 'the endpoint is not in cluster mode')
    .option('--max-connections <number>', 'limit of Redis connections of one process')
    .option('--plan <file>', 'take cluster mode, TLS, port and connection limit from a plan file')
    .option('--jobs-url-file <file>', 'file with the URL of a separate Redis for jobs, with password')
    .option('--database-url-file <file>', 'file with the URL of PostgreSQL, with password')
    .option('--smtp-url-file <file>', 'file with the URL of the mail server, with password')
    .option('--public-url <url>', 'public URL of the booking pages')
    .option('--mail-from <address>', 'sender address of emails')
    .option('--set <NAME=VALUE>', 'set any other variable that is not a secret; repeatable', collect)
    .option('--unset <NAME>', 'remove a variable; repeatable', collect)
    .option('--new-operator-token', 'generate a new operator token; the old one becomes invalid')
    .option('--new-link-secret', 'generate a new secret for booking links; links sent before become invalid')
    .option('--dry-run', 'show the changes without writing them')
    .option('--no-ask', 'never prompt, even at a terminal')
    .option('--json', 'print one JSON document instead of text')
    .action((options: Options) => env(options, context));
  withExamples(command, [
    'bookedbarber env --redis your-cluster.xxxxx.cache.amazonaws.com:6379 --redis-password-file token.txt',
    'bookedbarber env --plan plan.json --new-redis-password --public-url https://booking.example.com',
    'aws secretsmanager get-secret-value --secret-id redis --query SecretString --output text \\',
    '    | bookedbarber env --redis-password-file -',
    'bookedbarber env --set CACHE_TTL_BOOKINGS=120 --dry-run',
  ]);
};

async function env(options: Options, context: CommandContext): Promise<void> {
  const path = resolve(context.workingFolder, options.file);
  if (options.newRedisPassword === true && options.redisPasswordFile !== undefined) {
    throw new UsageError('--new-redis-password and --redis-password-file cannot be combined.');
  }
  const before = readExisting(path);
  const asks = options.ask && options.json !== true;
  const prepared = await prepareFile(before.text, {
    options,
    given: readSecrets(options, context),
    plan:
      options.plan === undefined
        ? undefined
        : settingsOfPlan(readPlanFile(resolve(context.workingFolder, options.plan))),
    ask: asks ? context.ask : undefined,
  });
  const isOpen = before.mode !== undefined && before.mode !== ownerOnly;
  const writes = options.dryRun !== true && prepared.text !== before.text;
  if (writes) await writeFileAtomic(path, prepared.text);
  else if (options.dryRun !== true && isOpen) chmodSync(path, ownerOnly);
  const outcome = {
    ...prepared,
    file: options.file,
    written: writes,
    dryRun: options.dryRun === true,
    wasReadableByOthers: isOpen,
    newRedisPassword: options.newRedisPassword === true,
  };
  if (options.json === true) printJson(context, resultJsonOf(outcome));
  else printLines(context, formatResult(outcome, paintFor(context.stdout, context.environment)));
}

function readExisting(path: string): { text: string; mode: number | undefined } {
  try {
    return { text: readFileSync(path, 'utf8'), mode: statSync(path).mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: '', mode: undefined };
    throw new Failure('file_unreadable', `${path} cannot be read.`, {
      remediation: 'Check the path and its permissions.',
      cause: error,
    });
  }
}

function readSecrets(options: Options, context: CommandContext): Map<string, string> {
  const files = [
    ['REDIS_PASSWORD', options.redisPasswordFile],
    ['REDIS_JOBS_URL', options.jobsUrlFile],
    ['DATABASE_URL', options.databaseUrlFile],
    ['SMTP_URL', options.smtpUrlFile],
  ] as const;
  const secrets = new Map<string, string>();
  for (const [name, file] of files) {
    const text = readTextFile(file, context)?.trim();
    if (text === undefined) continue;
    if (text === '' || text.length > maxSecret) {
      throw new Failure(
        'secret_unusable',
        `The file for ${name} is empty or longer than ${maxSecret} characters.`,
        {
          remediation: 'The file must contain only the value.',
        },
      );
    }
    secrets.set(name, text);
  }
  return secrets;
}

function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}
