import { resolve } from 'node:path';
import { costOf, loadOf, maxFigures, type Plan, validatePlan } from '@bookedbarber/elasticache';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import {
  addZone,
  type DeploymentOptions,
  parseAccount,
  parseEmail,
  writeDeployment,
} from './deployment-out.ts';
import { guideTable, guideTableLines } from './guide-table.ts';
import { readAuthToken, readPlanFile, writePlanFile } from './plan-file.ts';
import { planLines } from './plan-lines.ts';
import {
  addRegion,
  integerFrom,
  type PlanOptions,
  parseEngine,
  parseName,
  parseRegion,
  planOf,
} from './plan-options.ts';
import { refusedPlan } from './refused-plan.ts';

type Options = PlanOptions &
  DeploymentOptions & {
    table?: boolean;
    out?: string;
    check?: string;
    authTokenFile?: string;
    json?: boolean;
  };

export const addPlan: AddCommand = (parent, context) => {
  const command = parent
    .command('plan')
    .summary('choose the ElastiCache nodes of a business, and what they cost')
    .description(
      'Says which ElastiCache nodes a business needs, why, and what they cost a month on Redis OSS and on Valkey. It ' +
        'refuses a plan with a mistake that CloudFormation would let through. Nothing is asked of AWS, nothing is built.',
    )
    .option('--barbers <n>', 'people who cut, in all shops together', integerFrom(1, maxFigures.barbers))
    .option('--locations <n>', 'shops (default: one for eight barbers)', integerFrom(1, maxFigures.locations))
    .option('--users <n>', 'people on the pages at the busiest moment', integerFrom(0, maxFigures.users))
    .option(
      '--bookings <n>',
      'bookings on a busy day, in all shops together',
      integerFrom(0, maxFigures.bookingsPerDay),
    )
    .option('--node <type>', 'a node type instead of the smallest that does, such as t4g.medium')
    .option('--engine <engine>', 'valkey (the default) or redis', parseEngine)
    .option('--replicas <n>', 'replicas of each primary (default 1)', integerFrom(0, 100))
    .option('--shards <n>', 'shards; more than one is cluster mode (default 1)', integerFrom(1, 500))
    .option('--region <region>', 'AWS region (default us-east-1)', parseRegion)
    .option('--secondary-region <region>', 'other region of a Global Datastore; may be repeated', addRegion)
    .option('--backup-days <n>', 'days that backups are kept (default 7)', integerFrom(0, 1000))
    .option('--nat <n>', 'NAT gateways to count into the cost; the cache needs none', integerFrom(0, 50))
    .option('--api-processes <n>', 'api processes (default: as the users want it)', integerFrom(1, 100_000))
    .option('--workers <n>', 'worker processes', integerFrom(0, 100_000))
    .option(
      '--max-connections <n>',
      'REDIS_MAX_CONNECTIONS of a process (default 50)',
      integerFrom(1, 65_000),
    )
    .option('--name <name>', 'name of the replication group (default bookedbarber)', parseName)
    .option('--table', "the setup guide's four sizes beside what is true")
    .option('--out <file>', 'save the plan, for --check and for building it')
    .option('--deployment <file>', 'save what `provision` builds: the plan, with the next three')
    .option('--account <number>', 'AWS account of the deployment', parseAccount)
    .option('--zone <zone>', 'availability zone of the deployment; at least two', addZone)
    .option('--alarm-email <address>', 'e-mail address of who hears of alarms', parseEmail)
    .option('--check <file>', 'judge a saved plan, and show it when it is right')
    .option('--auth-token-file <file>', 'judge the AUTH token in this file too; it is never shown')
    .option('--json', 'print one JSON document instead of text')
    .action((options: Options) => plan(options, context));
  withExamples(command, [
    'bookedbarber plan --barbers 8 --users 1500',
    'bookedbarber plan --table',
    'bookedbarber plan --barbers 120 --locations 15 --users 5000 --out plan.json',
    'bookedbarber plan --check plan.json --auth-token-file token.txt',
  ]);
};

function plan(options: Options, context: CommandContext): void {
  const paint = paintFor(context.stdout, context.environment);
  if (options.table === true) {
    const region = options.region ?? 'us-east-1';
    const rows = guideTable(region);
    if (options.json === true) printJson(context, { region, rows });
    else printLines(context, guideTableLines(rows, region, paint));
    return;
  }
  const inFolder = (path: string) => resolve(context.workingFolder, path);
  const made = options.check === undefined ? planOf(options) : readPlanFile(inFolder(options.check));
  const errors = validatePlan(
    made,
    options.authTokenFile === undefined ? {} : { authToken: readAuthToken(inFolder(options.authTokenFile)) },
  );
  if (errors.length > 0) throw refusedPlan(errors);
  if (options.deployment !== undefined) writeDeployment(inFolder(options.deployment), made, options);
  if (options.out !== undefined) writePlanFile(inFolder(options.out), made);
  if (options.json === true) {
    printJson(context, inJson(made));
    return;
  }
  printLines(context, [
    ...(options.check === undefined ? [] : [paint.good(`${options.check} is right.`), '']),
    ...planLines(made, paint),
    ...(options.out === undefined ? [] : ['', paint.good(`Saved as ${options.out}.`)]),
    ...(options.deployment === undefined
      ? []
      : [
          '',
          paint.good(`Saved as ${options.deployment}.`),
          `Next: \`bookedbarber provision ${options.deployment}\`.`,
        ]),
  ]);
}

function inJson(made: Plan) {
  const { memoryBytes, connections, commandsPerSecond, bitsPerSecond, cores } = loadOf(made.figures, {
    api: made.clients.apiProcesses,
    workers: made.clients.workerProcesses,
  });
  return {
    plan: made,
    needs: {
      memory_bytes: Math.ceil(memoryBytes),
      connections,
      commands_per_second: Math.ceil(commandsPerSecond),
      bits_per_second: Math.ceil(bitsPerSecond),
      cores,
    },
    monthly_cost_usd: costOf(made),
  };
}
