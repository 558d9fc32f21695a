import { Slug } from '@bookedbarber/contract';
import { InvalidArgumentError } from 'commander';
import { openApi } from '../shared/api/open-api.ts';
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
import { counted } from '../shared/terminal/words.ts';
import { shopPage } from '../shop/file/shop-address.ts';
import { accepts } from '../shop/setup/check-against.ts';
import { demoSlug } from './demo-shop.ts';
import { type DemoResult, makeDemo } from './make-demo.ts';
import { pastDays } from './past-days.ts';

type Options = CommonOptions & { slug: string; seed: number };

export const addDemo: AddCommand = (parent, context) => {
  const command = parent
    .command('demo')
    .summary('create a demo shop with data')
    .description(
      'Creates a demo shop with services, barbers, weekly schedules, six weeks of past appointments and two weeks of ' +
        'upcoming bookings, so that every page shows data. Does nothing when the shop already exists.',
    )
    .option('--slug <slug>', 'identifier of the shop in URLs', parseSlug, demoSlug)
    .option('--seed <number>', 'seed of the random appointments', parseSeed, 1)
    .action((options: Options) => demo(options, context));
  withExamples(withServer(command), ['bookedbarber demo', 'bookedbarber demo --slug second-chair --seed 7']);
};

async function demo(options: Options, context: CommandContext): Promise<void> {
  const progress = progressOn(context.stderr);
  const api = openApi(options, context, progress);
  let result: DemoResult;
  try {
    result = await makeDemo(
      api,
      { slug: options.slug, seed: options.seed, nowMs: context.nowMs() },
      progress,
    );
  } finally {
    progress.clear();
  }
  const page = shopPage(api.url, result.slug);
  if (options.json === true) {
    const { slug, name, created, services, barbers, pastRows, upcomingBookings } = result;
    printJson(context, {
      slug,
      name,
      page,
      created,
      services,
      barbers,
      past_rows: pastRows,
      upcoming_bookings: upcomingBookings,
    });
    return;
  }
  const paint = paintFor(context.stdout, context.environment);
  printLines(
    context,
    result.created
      ? createdLines(result, page, paint.good)
      : [`The demo shop ${result.name} already exists; nothing was changed.`, `Page: ${page}`],
  );
}

function createdLines(result: DemoResult, page: string, good: (text: string) => string): string[] {
  return [
    good(`Created the demo shop ${result.name}.`),
    `  ${counted(result.services, 'service')} by ${counted(result.barbers, 'barber')}`,
    `  ${counted(result.pastRows, 'service')} booked in the past ${pastDays} days: completed, no-shows and cancelled`,
    `  ${counted(result.upcomingBookings, 'booking')} in the next two weeks`,
    `Page: ${page}`,
  ];
}

function parseSlug(text: string): string {
  if (!accepts(Slug, text)) {
    throw new InvalidArgumentError('Use 2 to 60 lowercase letters, digits and hyphens.');
  }
  return text;
}

function parseSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Use a whole number of at most nine digits.');
  return Number(text);
}
