import { resolve } from 'node:path';
import type { ServerStatus } from '@bookedbarber/contract';
import { InvalidArgumentError } from 'commander';
import { readPlanFile } from '../plan/plan-file.ts';
import { findServer, openApi } from '../shared/api/open-api.ts';
import { lookAtAws } from '../shared/aws/read-metrics.ts';
import { planWanted } from '../shared/aws/required-plan.ts';
import {
  type AddVerb,
  type CommonOptions,
  printJson,
  printLines,
  withExamples,
  withServer,
} from '../shared/command.ts';
import type { Surroundings } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { awsStatus, awsStatusLines } from './aws-status.ts';
import { statusLines } from './status-lines.ts';
import { statusPath, watchStatus } from './watch-status.ts';

type Options = CommonOptions & { once?: boolean; every: number; aws?: boolean; plan?: string };

export const addStatus: AddVerb = (parent, surroundings) => {
  const command = parent
    .command('status')
    .summary('watch what an installation does')
    .description(
      'Shows what all processes of an installation do together: memory, connections and operations of Redis, hit rates ' +
        'by policy, what the limits refused, where messages stand, and alerts. In a terminal it is drawn anew until ' +
        'Ctrl-C; into a pipe or a file it is printed once.',
    )
    .option('--aws', 'what ElastiCache and CloudWatch say of the cache instead, printed once; wants --plan')
    .option('--plan <file>', 'with --aws: the plan that was built, as `plan --out` saved it')
    .option('--once', 'print it once, in a terminal too')
    .option('--every <seconds>', 'seconds from picture to picture, 1 to 3600', parseSeconds, 2)
    .action((options: Options) => status(options, surroundings));
  withExamples(withServer(command), [
    'bookedbarber status',
    'bookedbarber status --every 10 --url https://booking.example.com',
    'bookedbarber status --aws --plan plan.json',
    'bookedbarber status --json | jq .cache.hit_rate',
  ]);
};

async function status(options: Options, surroundings: Surroundings): Promise<void> {
  const { stdout } = surroundings;
  if (options.aws === true) {
    await statusOnAws(options, surroundings);
    return;
  }
  if (stdout.isTTY === true && options.once !== true && options.json !== true) {
    await watchStatus(findServer(options, surroundings), options.every, surroundings);
    return;
  }
  const api = openApi(options, surroundings, progressOn(surroundings.stderr));
  const now = await api.get<ServerStatus>(statusPath);
  if (options.json === true) {
    printJson(surroundings, now);
    return;
  }
  const paint = paintFor(stdout, surroundings.environment);
  const columns = stdout.columns || 100;
  printLines(surroundings, statusLines({ server: api.url.origin, now, before: [], columns, paint }));
}

async function statusOnAws({ plan: file, json }: Options, surroundings: Surroundings): Promise<void> {
  if (file === undefined) throw planWanted();
  const seen = await lookAtAws(readPlanFile(resolve(surroundings.workingFolder, file)), surroundings.nowMs());
  const paint = paintFor(surroundings.stdout, surroundings.environment);
  if (json === true) printJson(surroundings, awsStatus(seen));
  else printLines(surroundings, awsStatusLines(awsStatus(seen), paint));
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,4}$/.test(text) || seconds < 1 || seconds > 3600)
    throw new InvalidArgumentError('Write whole seconds from 1 to 3600.');
  return seconds;
}
