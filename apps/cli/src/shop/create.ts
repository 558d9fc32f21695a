import type { BarberList, Shop } from '@bookedbarber/contract';
import type { Api } from '../shared/api/api.ts';
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
import { type Progress, progressOn } from '../shared/terminal/progress.ts';
import { counted } from '../shared/terminal/words.ts';
import { Failure, UsageError } from '../shared/user-error.ts';
import { draftShop, type ShopFlags } from './file/draft-shop.ts';
import { shopPage, shopPath } from './file/shop-address.ts';
import { shopExample } from './file/shop-example.ts';
import { hiddenOfferings, missingSetup } from './setup/bookable.ts';
import { findShop, type SetUp, setUp } from './setup/set-up.ts';
import type { ShopPlan } from './setup/shop-plan.ts';

type Options = CommonOptions & ShopFlags & { example?: boolean; addMissing?: boolean };

export const addShopCreate: AddCommand = (parent, context) => {
  const command = parent
    .command('create')
    .summary('make a shop')
    .description(
      'Makes a shop. With --from, one JSON file makes all of it: the shop, its services, barbers, weekly hours, rules ' +
        'and closed days. With flags alone it makes the bare shop and says what it still needs. Flags win over the file.',
    )
    .option('--from <file>', 'JSON file with the whole shop; --example prints one')
    .option('--slug <slug>', 'name in addresses, such as elm-street')
    .option('--name <name>', 'name of the shop')
    .option('--zone <zone>', 'IANA time zone, such as America/New_York')
    .option('--currency <code>', 'ISO 4217 currency, such as USD')
    .option('--country <code>', 'ISO 3166 country, such as US')
    .option(
      '--organisation-slug <slug>',
      'the organisation that owns it; a chain has many shops (default: the slug)',
    )
    .option('--organisation-name <name>', 'name of the organisation, when it is new (default: the name)')
    .option('--address <text>', 'street address')
    .option('--phone <number>', 'telephone number')
    .option('--email <address>', 'e-mail address')
    .option('--services <file>', 'services: CSV (code,name,category,minutes,price_cents) or a JSON list')
    .option('--barbers <file>', 'barbers: a JSON list, as in the example')
    .option(
      '--add-missing',
      'when the shop is there already, add the services, barbers and closed days it lacks',
    )
    .option('--example', 'print an example of the JSON file and do nothing else')
    .action((options: Options) => createShop(options, context));
  withExamples(withServer(command), [
    'bookedbarber shop create --example > shop.json',
    'bookedbarber shop create --from shop.json',
    'bookedbarber shop create --slug elm-street --name "Elm Street Barbers" \\',
    '    --zone America/Chicago --currency USD --country US --services services.csv --barbers barbers.json',
  ]);
};

async function createShop(options: Options, context: CommandContext): Promise<void> {
  if (options.example === true) {
    printJson(context, shopExample);
    return;
  }
  const plan = await draftShop(options, context.workingFolder);
  const progress = progressOn(context.stderr);
  const api = openApi(options, context, progress);
  const made = await carryOut(api, plan, options, progress);
  const shop = await api.get<Shop>(shopPath(made.slug));
  const { barbers } = await api.get<BarberList>(`${shopPath(made.slug)}/barbers`);
  const missing = missingSetup(shop, barbers);
  const page = shopPage(api.url, made.slug);
  if (options.json === true) {
    const { slug, shopCreated, servicesCreated, barbersCreated, closedDaysAdded } = made;
    printJson(context, {
      slug,
      page,
      shop_created: shopCreated,
      services_created: servicesCreated,
      barbers_created: barbersCreated,
      closed_days_added: closedDaysAdded,
      bookable: missing.length === 0,
      missing,
    });
    return;
  }
  const paint = paintFor(context.stdout, context.environment);
  printLines(context, [
    ...outcome(made, shop),
    ...(missing.length === 0
      ? [
          paint.good(`It can be booked at ${page}`),
          ...hiddenOfferings(shop, barbers).map((line) => `  But ${line}.`),
        ]
      : [
          paint.warning('It cannot be booked yet:'),
          ...missing.map((line) => `  - ${line}`),
          ...howToGoOn(made.slug),
        ]),
  ]);
}

async function carryOut(api: Api, plan: ShopPlan, options: Options, progress: Progress): Promise<SetUp> {
  const { slug } = plan.shop;
  if (options.addMissing !== true && (await findShop(api, slug)) !== undefined) {
    throw new Failure('slug_taken', `There is a shop ${slug} already.`, {
      remediation: 'Choose another --slug, or add what it lacks with --add-missing.',
    });
  }
  try {
    return await setUp(api, plan, progress);
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof UsageError) throw error;
    if ((await findShop(api, slug).catch(() => undefined)) === undefined) throw error;
    throw new Failure(error.code, error.message, {
      details: error.details,
      remediation: `${error.remediation ?? 'Correct that.'} The shop is made in part: run the same command with --add-missing to go on.`,
      cause: error,
    });
  } finally {
    progress.clear();
  }
}

function outcome(made: SetUp, shop: Shop): string[] {
  const parts = [
    counted(made.servicesCreated, 'service'),
    counted(made.barbersCreated, 'barber'),
    ...(made.closedDaysAdded === 0 ? [] : [counted(made.closedDaysAdded, 'closed day')]),
  ].join(', ');
  if (made.shopCreated) return [`Made the shop ${shop.name} (${shop.slug}) in ${shop.zone}: ${parts}.`];
  return [`The shop ${shop.name} (${shop.slug}) was there and keeps its own details. Added: ${parts}.`];
}

function howToGoOn(slug: string): string[] {
  return [
    'Write its services and barbers into a file like that of `bookedbarber shop create --example`, then run',
    `  bookedbarber shop create --from shop.json --slug ${slug} --add-missing`,
  ];
}
