import { chmodSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { productionEnvFile } from '@bookedbarber/redis-tier/settings';
import { readPlanFile } from '../plan/plan-file.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import { readTextFile } from '../shared/files-and-times.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { Failure, UsageError } from '../shared/user-error.ts';
import { formatResult, resultJsonOf } from './outcome.ts';
import { settingsOfPlan } from './plan-settings.ts';
import { prepareFile } from './prepare-file.ts';
import type { EnvOptions } from './requested-values.ts';
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

const ownerAlone = 0o600;
const maxSecret = 4096;

export const addEnv: AddCommand = (parent, context) => {
  const command = parent
    .command('env')
    .summary('write the settings of production into .env.production')
    .description(
      'Writes the settings of production into a file that only its owner can read, and shows what changes; secrets are ' +
        'never shown. What stands there already is kept unless an option changes it. Secrets come from files or from ' +
        'standard input (-), never from the command line; those of the server itself are made when they are missing. ' +
        'With NODE_ENV=production the server loads .env.production from the folder that it is started in.',
    )
    .option('--file <file>', 'the file', productionEnvFile)
    .option('--redis <endpoint>', 'endpoint as the ElastiCache console shows it (host:6379), or an address')
    .option('--redis-password-file <file>', 'AUTH token of the cluster')
    .option('--new-redis-password', 'make an AUTH token by the rules of ElastiCache, for a cluster to come')
    .option('--redis-username <name>', 'user, where the cluster has users')
    .option('--cluster', 'the endpoint is that of a cluster in cluster mode')
    .option('--no-cluster', 'it is not')
    .option('--max-connections <number>', 'budget of connections of one process')
    .option('--plan <file>', 'take cluster mode, TLS, port and budget from what `plan --out` wrote')
    .option('--jobs-url-file <file>', 'address of another Redis for jobs, with its password')
    .option('--database-url-file <file>', 'address of PostgreSQL, with its password')
    .option('--smtp-url-file <file>', 'address of the mail server, with its password')
    .option('--public-url <address>', 'address under which clients reach the pages')
    .option('--mail-from <address>', 'address that mails come from')
    .option('--set <NAME=VALUE>', 'any other variable that is no secret; may come again', gather)
    .option('--unset <NAME>', 'take a variable out; may come again', gather)
    .option('--new-operator-token', 'make a new token for operators; the old one ends')
    .option('--new-link-secret', 'make a new secret for links of bookings; all links sent so far end')
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--no-ask', 'ask nothing, also at a terminal')
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
    throw new UsageError('--new-redis-password and --redis-password-file exclude each other.');
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
  const isOpen = before.mode !== undefined && before.mode !== ownerAlone;
  const writes = options.dryRun !== true && prepared.text !== before.text;
  if (writes) await writeFileAtomic(path, prepared.text);
  else if (options.dryRun !== true && isOpen) chmodSync(path, ownerAlone);
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
      throw new Failure('secret_unusable', `The file for ${name} is empty, or much too long for it.`, {
        remediation: 'It holds the one value, and nothing else.',
      });
    }
    secrets.set(name, text);
  }
  return secrets;
}

function gather(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}
