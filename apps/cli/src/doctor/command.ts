import type { Variables } from '@bookedbarber/redis-tier/settings';
import { CheckLog } from '../shared/checks/check-log.ts';
import { tellChecks, throwFaults } from '../shared/checks/run-checks.ts';
import { type AddVerb, printJson, printLines, withExamples } from '../shared/command.ts';
import { parseSeconds, readTextFile, readTrust } from '../shared/files-and-times.ts';
import type { Surroundings } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { serverChecks } from './check-list.ts';
import { withPresentLogins } from './present-login.ts';
import { reportJson } from './report-json.ts';
import type { ServerReport } from './run-doctor.ts';
import { checkSettings, type Target } from './settings/settings-check.ts';
import { findSettings, noPassword } from './settings/settings-source.ts';

type Options = { envFile?: string; passwordFile?: string; caFile?: string; timeout: number; json?: boolean };

export const addDoctor: AddVerb = (parent, surroundings) => {
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
    .action((redisUrl: string | undefined, options: Options) => doctor(redisUrl, options, surroundings));
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
  surroundings: Surroundings,
): Promise<void> {
  const json = options.json === true;
  const found = findSettings({ redisUrl, envFile: options.envFile }, surroundings);
  const variables = { ...found.variables, ...passwordOf(options, surroundings) };
  const listener = tellChecks(['settings', ...serverChecks], surroundings, { json });
  const log = new CheckLog(listener);
  const targets = await log.run('settings', () => withPresentLogins(checkSettings(variables, found.source)));
  const servers: ServerReport[] = [];
  if (targets !== undefined) {
    // The client library takes longer to load than all of --help.
    const { examine } = await import('./run-doctor.ts');
    const manner = {
      timeoutMs: options.timeout * 1000,
      trust: readTrust(options.caFile, surroundings),
      nowMs: () => surroundings.nowMs(),
    };
    for (const target of targets) {
      if (!json) printLines(surroundings, heading(target, surroundings));
      servers.push(await examine(target, manner, listener));
    }
  }
  const results = [...log.results, ...servers.flatMap((server) => server.results)];
  if (json) printJson(surroundings, reportJson(found.source, log.results, servers));
  if (!json) printLines(surroundings, ['']);
  throwFaults(results, 'bookedbarber doctor');
  if (!json)
    printLines(surroundings, closing(results.flatMap(({ findings }) => findings).length, surroundings));
}

function heading({ address, variable, uses }: Target, surroundings: Surroundings): string[] {
  const paint = paintFor(surroundings.stdout, surroundings.environment);
  const purpose = uses.length === 0 ? 'nothing: cache and limits are off' : uses.join(', ');
  return ['', `${paint.heading(address)}  ${paint.quiet(`${variable}, for ${purpose}`)}`];
}

function closing(warnings: number, surroundings: Surroundings): string[] {
  const paint = paintFor(surroundings.stdout, surroundings.environment);
  const good = paint.good('Ready for production.');
  return [
    '',
    warnings === 0 ? good : `${good} But see the ${warnings === 1 ? 'warning' : 'warnings'} above.`,
  ];
}

/** One that is given for this time stands for whatever the settings say. */
function passwordOf(options: Options, surroundings: Surroundings): Variables {
  const text = readTextFile(options.passwordFile, surroundings);
  if (text === undefined) return {};
  return { ...noPassword, REDIS_PASSWORD: text.trim() };
}
