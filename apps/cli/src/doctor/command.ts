import type { Variables } from '@bookedbarber/redis-tier/settings';
import { CheckLog } from '../shared/checks/check-log.ts';
import { createCheckReporter, throwErrors } from '../shared/checks/run-checks.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import { parseSeconds, readTextFile, readTrustedCertificates } from '../shared/files-and-times.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { serverChecks } from './check-list.ts';
import { withCurrentLogins } from './current-login.ts';
import { reportJson } from './report-json.ts';
import type { ServerReport } from './run-doctor.ts';
import { checkSettings, type Target } from './settings/settings-check.ts';
import { findSettings, noPassword } from './settings/settings-source.ts';

type Options = { envFile?: string; passwordFile?: string; caFile?: string; timeout: number; json?: boolean };

export const addDoctor: AddCommand = (parent, context) => {
  const command = parent
    .command('doctor')
    .summary('check the Redis, Valkey or ElastiCache of the server')
    .description(
      'Checks a Redis, Valkey or ElastiCache step by step, from DNS to a round trip, and shows the cause and the fix of ' +
        'each problem. It checks the URL given here; otherwise the settings in the environment (REDIS_URL, ' +
        'REDIS_PASSWORD, REDIS_CLUSTER, REDIS_JOBS_URL, ...), in .env.production, or of the server running on this ' +
        'machine. Run it on a machine that runs the API: other machines have a different network.',
    )
    .argument('[redis-url]', 'such as rediss://host:6379; set the password in REDIS_PASSWORD')
    .option('--env-file <file>', 'file with the settings; the environment takes precedence')
    .option('--password-file <file>', 'file with the password, in place of REDIS_PASSWORD')
    .option('--ca-file <file>', 'CA certificate to trust, in PEM')
    .option('--timeout <seconds>', 'timeout of each network step, in seconds', parseSeconds, 5)
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
    // Loaded on demand: the client library takes longer to load than --help takes to run.
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
  return ['', `${paint.heading(address)}  ${paint.quiet(`${variable}, used for ${purpose}`)}`];
}

function closing(warnings: number, context: CommandContext): string[] {
  const paint = paintFor(context.stdout, context.environment);
  const good = paint.good('Ready for production.');
  return [
    '',
    warnings === 0 ? good : `${good} See the ${warnings === 1 ? 'warning' : 'warnings'} above.`,
    paint.quiet(
      'Only Redis was checked. `bookedbarber verify URL` shows whether a running server can use it.',
    ),
  ];
}

/** The password of --password-file replaces every password setting. */
function passwordOf(options: Options, context: CommandContext): Variables {
  const text = readTextFile(options.passwordFile, context);
  if (text === undefined) return {};
  return { ...noPassword, REDIS_PASSWORD: text.trim() };
}
