import type { Variables } from '@bookedbarber/redis-tier/settings';
import { CheckLog } from '../shared/checks/check-log.ts';
import { createCheckReporter, throwErrors } from '../shared/checks/run-checks.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import { parseSeconds, readTextFile, readTrustedCertificates } from '../shared/files-and-times.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { serverChecks } from './check-list.ts';
import { withCurrentLogins } from './present-login.ts';
import { reportJson } from './report-json.ts';
import type { ServerReport } from './run-doctor.ts';
import { checkSettings, type Target } from './settings/settings-check.ts';
import { findSettings, noPassword } from './settings/settings-source.ts';

type Options = { envFile?: string; passwordFile?: string; caFile?: string; timeout: number; json?: boolean };

export const addDoctor: AddCommand = (parent, context) => {
  const command = parent
    .command('doctor')
    .summary('examine the Redis, Valkey or ElastiCache that the server is to use')
    .description(
      'Examines a Redis, Valkey or ElastiCache step by step, from its name to a round trip, and says for whatever is ' +
        'wrong why it is so and what mends it. It reads the settings as the server does: of the address given here, ' +
        'else of the environment (REDIS_URL, REDIS_PASSWORD, REDIS_CLUSTER, REDIS_JOBS_URL, ...), else of ' +
        '.env.production, else of the server that runs here. Run it on a machine of the API: that is where it counts.',
    )
    .argument('[redis-url]', 'such as rediss://host:6379; the password is better kept in REDIS_PASSWORD')
    .option('--env-file <file>', 'file with the settings; what stands in the environment wins')
    .option('--password-file <file>', 'file with the password, instead of REDIS_PASSWORD')
    .option('--ca-file <file>', 'certificate of an authority to trust, in PEM')
    .option('--timeout <seconds>', 'longest wait for one step over the network', parseSeconds, 5)
    .option('--json', 'print one JSON document instead of text')
    .action((redisUrl: string | undefined, options: Options) => doctor(redisUrl, options, context));
  withExamples(command, [
    'bookedbarber doctor',
    'bookedbarber doctor --env-file .env.production',
    'REDIS_PASSWORD=... bookedbarber doctor rediss://your-cluster.xxxxx.cache.amazonaws.com:6379',
    'bookedbarber doctor redis://localhost:6379 --json',
  ]);
};

async function doctor(
  redisUrl: string | undefined,
  options: Options,
  context: CommandContext,
): Promise<void> {
  const json = options.json === true;
  const found = findSettings({ redisUrl, envFile: options.envFile }, context);
  const variables = { ...found.variables, ...passwordOf(options, context) };
  const listener = createCheckReporter(['settings', ...serverChecks], context, { json });
  const log = new CheckLog(listener);
  const targets = await log.run('settings', () => withCurrentLogins(checkSettings(variables, found.source)));
  const servers: ServerReport[] = [];
  if (targets !== undefined) {
    // The client library takes longer to load than all of --help.
    const { checkServer } = await import('./run-doctor.ts');
    const checkOptions = {
      timeoutMs: options.timeout * 1000,
      trust: readTrustedCertificates(options.caFile, context),
      nowMs: () => context.nowMs(),
    };
    for (const target of targets) {
      if (!json) printLines(context, heading(target, context));
      servers.push(await checkServer(target, checkOptions, listener));
    }
  }
  const results = [...log.results, ...servers.flatMap((server) => server.results)];
  if (json) printJson(context, reportJson(found.source, log.results, servers));
  if (!json) printLines(context, ['']);
  throwErrors(results, 'bookedbarber doctor');
  if (!json) printLines(context, closing(results.flatMap(({ findings }) => findings).length, context));
}

function heading({ address, variable, uses }: Target, context: CommandContext): string[] {
  const paint = paintFor(context.stdout, context.environment);
  const purpose = uses.length === 0 ? 'nothing: cache and limits are off' : uses.join(', ');
  return ['', `${paint.heading(address)}  ${paint.quiet(`${variable}, for ${purpose}`)}`];
}

function closing(warnings: number, context: CommandContext): string[] {
  const paint = paintFor(context.stdout, context.environment);
  const good = paint.good('Ready for production.');
  return [
    '',
    warnings === 0 ? good : `${good} But see the ${warnings === 1 ? 'warning' : 'warnings'} above.`,
  ];
}

/** One that is given for this time stands for whatever the settings say. */
function passwordOf(options: Options, context: CommandContext): Variables {
  const text = readTextFile(options.passwordFile, context);
  if (text === undefined) return {};
  return { ...noPassword, REDIS_PASSWORD: text.trim() };
}
