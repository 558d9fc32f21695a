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
import { invalidPlan } from './invalid-plan.ts';
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
    .summary('choose the ElastiCache nodes for a business and show their cost')
    .description(
      'Shows which ElastiCache nodes a business needs, why, and their monthly cost on Redis OSS and on Valkey. ' +
        'Rejects plans with errors that CloudFormation would accept. It sends no request to AWS and builds nothing.',
    )
    .option('--barbers <n>', 'barbers, in all shops together', integerFrom(1, maxFigures.barbers))
    .option('--locations <n>', 'shops (default: one per eight barbers)', integerFrom(1, maxFigures.locations))
    .option('--users <n>', 'concurrent users of the pages at peak', integerFrom(0, maxFigures.users))
    .option(
      '--bookings <n>',
      'bookings on a busy day, in all shops together',
      integerFrom(0, maxFigures.bookingsPerDay),
    )
    .option('--node <type>', 'node type, such as t4g.medium (default: the smallest that fits)')
    .option('--engine <engine>', 'valkey (the default) or redis', parseEngine)
    .option('--replicas <n>', 'replicas of each primary (default 1)', integerFrom(0, 100))
    .option('--shards <n>', 'shards; more than one is cluster mode (default 1)', integerFrom(1, 500))
    .option('--region <region>', 'AWS region (default us-east-1)', parseRegion)
    .option('--secondary-region <region>', 'secondary region of a Global Datastore; repeatable', addRegion)
    .option('--backup-days <n>', 'backup retention in days (default 7)', integerFrom(0, 1000))
    .option('--nat <n>', 'NAT gateways to include in the cost; the cache needs none', integerFrom(0, 50))
    .option('--api-processes <n>', 'api processes (default: derived from the users)', integerFrom(1, 100_000))
    .option('--workers <n>', 'worker processes', integerFrom(0, 100_000))
    .option(
      '--max-connections <n>',
      'REDIS_MAX_CONNECTIONS of a process (default 50)',
      integerFrom(1, 65_000),
    )
    .option('--name <name>', 'name of the replication group (default bookedbarber)', parseName)
    .option('--table', "the setup guide's four sizes beside the actual figures")
    .option('--out <file>', 'save the plan, for --check and `provision`')
    .option('--deployment <file>', 'save a deployment for `provision`: the plan and the next three options')
    .option('--account <number>', 'AWS account of the deployment', parseAccount)
    .option('--zone <zone>', 'availability zone of the deployment; at least two', addZone)
    .option('--alarm-email <address>', 'email address that receives alarms', parseEmail)
    .option('--check <file>', 'validate a saved plan, and show it when it is valid')
    .option('--auth-token-file <file>', 'also validate the AUTH token in this file; it is never printed')
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
  const checkedPlan = options.check === undefined ? planOf(options) : readPlanFile(inFolder(options.check));
  const errors = validatePlan(
    checkedPlan,
    options.authTokenFile === undefined ? {} : { authToken: readAuthToken(inFolder(options.authTokenFile)) },
  );
  if (errors.length > 0) throw invalidPlan(errors);
  if (options.deployment !== undefined) writeDeployment(inFolder(options.deployment), checkedPlan, options);
  if (options.out !== undefined) writePlanFile(inFolder(options.out), checkedPlan);
  if (options.json === true) {
    printJson(context, inJson(checkedPlan));
    return;
  }
  printLines(context, [
    ...(options.check === undefined ? [] : [paint.good(`${options.check} is valid.`), '']),
    ...planLines(checkedPlan, paint),
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

function inJson(plan: Plan) {
  const { memoryBytes, connections, commandsPerSecond, bitsPerSecond, cores } = loadOf(plan.figures, {
    api: plan.clients.apiProcesses,
    workers: plan.clients.workerProcesses,
  });
  return {
    plan,
    needs: {
      memory_bytes: Math.ceil(memoryBytes),
      connections,
      commands_per_second: Math.ceil(commandsPerSecond),
      bits_per_second: Math.ceil(bitsPerSecond),
      cores,
    },
    monthly_cost_usd: costOf(plan),
  };
}
