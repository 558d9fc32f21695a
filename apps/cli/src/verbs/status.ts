import type { ServerStatus } from '@bookedbarber/contract';
import { InvalidArgumentError } from 'commander';
import { findServer, openApi } from '../connection/open-api.ts';
import { statusLines } from '../status/status-lines.ts';
import { statusPath, watchStatus } from '../status/watch-status.ts';
import type { Surroundings } from '../surroundings.ts';
import { paintFor } from '../terminal/paint.ts';
import { progressOn } from '../terminal/progress.ts';
import { type AddVerb, type CommonOptions, printJson, printLines, withExamples, withServer } from './verb.ts';

type Options = CommonOptions & { once?: boolean; every: number };

export const addStatus: AddVerb = (parent, surroundings) => {
  const command = parent
    .command('status')
    .summary('watch what an installation does')
    .description(
      'Shows what all processes of an installation do together: memory, connections and operations of Redis, hit rates ' +
        'by policy, what the limits refused, where messages stand, and alerts. In a terminal it is drawn anew until ' +
        'Ctrl-C; into a pipe or a file it is printed once.',
    )
    .option('--once', 'print it once, in a terminal too')
    .option('--every <seconds>', 'seconds from picture to picture, 1 to 3600', parseSeconds, 2)
    .action((options: Options) => status(options, surroundings));
  withExamples(withServer(command), [
    'bookedbarber status',
    'bookedbarber status --every 10 --url https://booking.example.com',
    'bookedbarber status --json | jq .cache.hit_rate',
  ]);
};

async function status(options: Options, surroundings: Surroundings): Promise<void> {
  const { stdout } = surroundings;
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

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,4}$/.test(text) || seconds < 1 || seconds > 3600)
    throw new InvalidArgumentError('Write whole seconds from 1 to 3600.');
  return seconds;
}
