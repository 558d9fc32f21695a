import { resolve } from 'node:path';
import type { ServerStatus } from '@bookedbarber/contract';
import { InvalidArgumentError } from 'commander';
import { readPlanFile } from '../plan/plan-file.ts';
import { findServer, openApi } from '../shared/api/open-api.ts';
import { readAwsMetrics } from '../shared/aws/read-metrics.ts';
import { planRequired } from '../shared/aws/required-plan.ts';
import {
  type AddCommand,
  type CommonOptions,
  printJson,
  printLines,
  withExamples,
  withServer,
} from '../shared/command.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { awsStatus, awsStatusLines } from './aws-status.ts';
import { readParameters } from './read-parameters.ts';
import { statusLines } from './status-lines.ts';
import { statusPath, watchStatus } from './watch-status.ts';

type Options = CommonOptions & { once?: boolean; every: number; aws?: boolean; plan?: string };

export const addStatus: AddCommand = (parent, context) => {
  const command = parent
    .command('status')
    .summary('show the live status of an installation')
    .description(
      'Shows the combined status of all processes of an installation: memory, connections and operations of Redis, hit ' +
        'rates by policy, denied requests by limit, message states, and alerts. In a terminal the display refreshes until ' +
        'Ctrl-C. In a pipe or a file the status is printed once.',
    )
    .option('--aws', 'show the ElastiCache and CloudWatch status of the cache instead, once; requires --plan')
    .option('--plan <file>', 'with --aws: the deployed plan, as saved by `plan --out`')
    .option('--once', 'print the status once, even in a terminal')
    .option('--every <seconds>', 'refresh interval in seconds, 1 to 3600', parseSeconds, 2)
    .action((options: Options) => status(options, context));
  withExamples(withServer(command), [
    'bookedbarber status',
    'bookedbarber status --every 10 --url https://booking.example.com',
    'bookedbarber status --aws --plan plan.json',
    'bookedbarber status --json | jq .cache.hit_rate',
  ]);
};

async function status(options: Options, context: CommandContext): Promise<void> {
  const { stdout } = context;
  if (options.aws === true) {
    await statusOnAws(options, context);
    return;
  }
  if (stdout.isTTY === true && options.once !== true && options.json !== true) {
    await watchStatus(findServer(options, context), options.every, context);
    return;
  }
  const api = openApi(options, context, progressOn(context.stderr));
  const now = await api.get<ServerStatus>(statusPath);
  if (options.json === true) {
    printJson(context, now);
    return;
  }
  const paint = paintFor(stdout, context.environment);
  const columns = stdout.columns || 100;
  printLines(context, statusLines({ server: api.url.origin, now, before: [], columns, paint }));
}

async function statusOnAws({ plan: file, json }: Options, context: CommandContext): Promise<void> {
  if (file === undefined) throw planRequired();
  const plan = readPlanFile(resolve(context.workingFolder, file));
  const observation = await readAwsMetrics(plan, context.nowMs());
  const report = awsStatus(observation, await readParameters(plan, observation.nodes));
  const paint = paintFor(context.stdout, context.environment);
  if (json === true) printJson(context, report);
  else printLines(context, awsStatusLines(report, paint));
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,4}$/.test(text) || seconds < 1 || seconds > 3600)
    throw new InvalidArgumentError('Use whole seconds from 1 to 3600.');
  return seconds;
}
