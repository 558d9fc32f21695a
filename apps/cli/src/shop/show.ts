import type { Barber, BarberList, Shop } from '@bookedbarber/contract';
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
import { type Paint, paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { pairs, table } from '../shared/terminal/table.ts';
import { minutes, money } from '../shared/terminal/words.ts';
import { formatSchedule } from './file/opening-hours.ts';
import { describePolicy } from './file/policy-words.ts';
import { shopPage, shopPath } from './file/shop-address.ts';
import { hiddenOfferings, missingSetup } from './setup/bookable.ts';

export const addShopShow: AddCommand = (parent, context) => {
  const command = parent
    .command('show')
    .summary('show a shop with its services, barbers and rules')
    .description(
      'Shows a shop with its services, barbers, weekly hours and rules, and whether clients can book.',
    )
    .argument('<slug>', 'short name of the shop in URLs; `shop list` shows it')
    .action((slug: string, options: CommonOptions) => showShop(slug, options, context));
  withExamples(withServer(command), [
    'bookedbarber shop show elm-street',
    'bookedbarber shop show elm-street --json',
  ]);
};

async function showShop(slug: string, options: CommonOptions, context: CommandContext): Promise<void> {
  const api = openApi(options, context, progressOn(context.stderr));
  const shop = await api.get<Shop>(shopPath(slug));
  const { barbers } = await api.get<BarberList>(`${shopPath(slug)}/barbers`);
  const missing = missingSetup(shop, barbers);
  if (options.json === true) {
    printJson(context, { ...shop, barbers, bookable: missing.length === 0, missing });
    return;
  }
  const paint = paintFor(context.stdout, context.environment);
  printLines(context, [
    paint.heading(shop.name),
    ...facts(shop, shopPage(api.url, slug)),
    '',
    ...bookability(shop, barbers, missing, paint),
    '',
    paint.heading('Rules'),
    ...describePolicy(shop.policy).map((line) => `  ${line}`),
    '',
    paint.heading('Services'),
    ...(shop.services.length === 0 ? ['  none'] : serviceTable(shop)),
    '',
    paint.heading('Barbers'),
    ...(barbers.length === 0 ? ['  none'] : barberTable(shop, barbers)),
  ]);
}

function facts(shop: Shop, page: string): string[] {
  const entries = [
    ['Page', page],
    ['Zone', `${shop.zone} (today is ${shop.today})`],
    ['Currency', shop.currency],
    ['Address', shop.address],
    ['Phone', shop.phone ?? ''],
    ['E-mail', shop.email ?? ''],
  ] as const;
  return pairs(entries.filter(([, value]) => value !== ''));
}

function bookability(
  shop: Shop,
  barbers: readonly Barber[],
  missing: readonly string[],
  paint: Paint,
): string[] {
  if (missing.length > 0) {
    return [paint.warning('Clients cannot book yet:'), ...missing.map((reason) => `  - ${reason}`)];
  }
  return [
    paint.good('Clients can book.'),
    ...hiddenOfferings(shop, barbers).map((reason) => `  Note: ${reason}.`),
  ];
}

function serviceTable(shop: Shop): string[] {
  const columns = [
    { title: 'code' },
    { title: 'name' },
    { title: 'category' },
    { title: 'time', align: 'right' },
    { title: 'price', align: 'right' },
  ] as const;
  const rows = shop.services.map((service) => [
    service.code,
    service.name,
    service.category,
    minutes(service.duration_minutes),
    money(service.price_cents, shop.currency),
  ]);
  return table(columns, rows);
}

function barberTable(shop: Shop, barbers: readonly Barber[]): string[] {
  const codes = new Map(shop.services.map((service) => [service.id, service.code]));
  const columns = [{ title: 'name' }, { title: 'services' }, { title: 'weekly hours' }];
  const rows = barbers.map((barber) => [
    barber.active ? barber.name : `${barber.name} (not active)`,
    servicesOf(barber, codes),
    formatSchedule(barber.schedule) || 'none',
  ]);
  return table(columns, rows);
}

function servicesOf(barber: Barber, codes: ReadonlyMap<string, string>): string {
  const own = barber.service_ids.map((id) => codes.get(id)).filter((code) => code !== undefined);
  if (own.length === codes.size && own.length > 0) return 'all';
  return own.length > 6 ? `${own.length} of ${codes.size}` : own.join(', ') || 'none';
}
