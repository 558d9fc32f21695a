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
    .summary('create a shop')
    .description(
      'Creates a shop. --from reads everything from one JSON file: the shop, its services, barbers, weekly hours, rules ' +
        'and closed days. Flags alone create the shop and list what it still needs. Flags override the file.',
    )
    .option('--from <file>', 'JSON file with the complete shop; --example prints one')
    .option('--slug <slug>', 'short name in URLs, such as elm-street')
    .option('--name <name>', 'name of the shop')
    .option('--zone <zone>', 'IANA time zone, such as America/New_York')
    .option('--currency <code>', 'ISO 4217 currency, such as USD')
    .option('--country <code>', 'ISO 3166 country, such as US')
    .option(
      '--organisation-slug <slug>',
      'organisation that owns the shop, such as a chain (default: the slug)',
    )
    .option('--organisation-name <name>', 'name of a new organisation (default: the name of the shop)')
    .option('--address <text>', 'street address')
    .option('--phone <number>', 'telephone number')
    .option('--email <address>', 'email address')
    .option('--services <file>', 'services: CSV (code,name,category,minutes,price_cents) or a JSON list')
    .option('--barbers <file>', 'barbers: a JSON list, as in the example')
    .option('--add-missing', 'add missing services, barbers and closed days to an existing shop')
    .option('--example', 'print an example of the JSON file and exit')
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
  const result = await applyPlan(api, plan, options, progress);
  const shop = await api.get<Shop>(shopPath(result.slug));
  const { barbers } = await api.get<BarberList>(`${shopPath(result.slug)}/barbers`);
  const missing = missingSetup(shop, barbers);
  const page = shopPage(api.url, result.slug);
  if (options.json === true) {
    const { slug, shopCreated, servicesCreated, barbersCreated, closedDaysAdded } = result;
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
    ...outcome(result, shop),
    ...(missing.length === 0
      ? [
          paint.good(`Clients can book at ${page}`),
          ...hiddenOfferings(shop, barbers).map((line) => `  Note: ${line}.`),
        ]
      : [
          paint.warning('Clients cannot book yet:'),
          ...missing.map((line) => `  - ${line}`),
          ...nextSteps(result.slug),
        ]),
  ]);
}

async function applyPlan(api: Api, plan: ShopPlan, options: Options, progress: Progress): Promise<SetUp> {
  const { slug } = plan.shop;
  if (options.addMissing !== true && (await findShop(api, slug)) !== undefined) {
    throw new Failure('slug_taken', `The shop ${slug} already exists.`, {
      remediation: 'Choose another --slug, or add the missing parts with --add-missing.',
    });
  }
  try {
    return await setUp(api, plan, progress);
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof UsageError) throw error;
    if ((await findShop(api, slug).catch(() => undefined)) === undefined) throw error;
    throw new Failure(error.code, error.message, {
      details: error.details,
      remediation: `${error.remediation ?? 'Fix the error.'} The shop is incomplete: run the same command with --add-missing to continue.`,
      cause: error,
    });
  } finally {
    progress.clear();
  }
}

function outcome(result: SetUp, shop: Shop): string[] {
  const parts = [
    counted(result.servicesCreated, 'service'),
    counted(result.barbersCreated, 'barber'),
    ...(result.closedDaysAdded === 0 ? [] : [counted(result.closedDaysAdded, 'closed day')]),
  ].join(', ');
  if (result.shopCreated) return [`Created the shop ${shop.name} (${shop.slug}) in ${shop.zone}: ${parts}.`];
  return [`The shop ${shop.name} (${shop.slug}) already exists; its details are unchanged. Added: ${parts}.`];
}

function nextSteps(slug: string): string[] {
  return [
    'Add its services and barbers to a file in the format of `bookedbarber shop create --example`, then run',
    `  bookedbarber shop create --from shop.json --slug ${slug} --add-missing`,
  ];
}
