import { resolve } from 'node:path';
import { ShopInput } from '@bookedbarber/contract';
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
import { shopPage } from '../shop/file/shop-address.ts';
import { isZone } from '../shop/file/zone.ts';
import { validationErrors } from '../shop/setup/check-against.ts';
import { readDataSet, type SalonDataSet } from './files/read-book.ts';
import { importDataSet } from './import-book.ts';
import type { DataSetReport } from './report/book-report.ts';
import { createReport } from './report/report-book.ts';
import { importOutcome, reportText } from './report/report-text.ts';
import { saveReport } from './report/save-report.ts';
import { analyzeDataSet } from './study-book.ts';

type Options = CommonOptions & {
  shop: string;
  name?: string;
  zone: string;
  currency: string;
  country: string;
  dryRun?: boolean;
  skipBadRows?: boolean;
  bookings: boolean;
  report?: string;
};

export const addImportSalon: AddCommand = (parent, context) => {
  const command = parent
    .command('salon')
    .summary("bring a salon's book into a shop")
    .description(
      "Brings a salon's book into a shop: services, staff with weekly hours inferred from the book, clients, and how " +
        'every booking ended. DIR holds bookings.csv, cancellations.csv and services.csv. Says what it found and what it ' +
        'had to decide. Run again, it adds only what is not there yet.',
    )
    .argument('<dir>', 'folder with the three files')
    .option('--shop <slug>', 'shop to bring it into; made when there is none', 'salon-2018')
    .option('--name <name>', 'name of the shop, when it has to be made (default: from its slug)')
    .option('--zone <zone>', 'IANA time zone of the times in the book', 'America/New_York')
    .option('--currency <code>', 'ISO 4217 currency of the prices', 'USD')
    .option('--country <code>', 'ISO 3166 country of the shop', 'US')
    .option('--dry-run', 'only read and report; needs no server')
    .option('--skip-bad-rows', 'leave out rows that cannot be used instead of stopping')
    .option('--no-bookings', 'only make the shop, its services and its staff')
    .option('--report <file>', 'write the report to a file too; as JSON when its name ends in .json')
    .action((dir: string, options: Options) => importSalon(dir, options, context));
  command.addHelpText('after', filesHelp);
  withExamples(withServer(command), [
    'bookedbarber import salon ./salon-2018 --dry-run',
    'bookedbarber import salon ./salon-2018 --shop elm-street --zone America/Chicago --report report.txt',
    'bookedbarber import salon ./salon-2018 --skip-bad-rows --json > report.json',
  ]);
};

const filesHelp = `
The files (UTF-8, comma-separated, the first line names the columns, any order):
  services.csv       code,name,category,minutes,price_cents
  bookings.csv       client,staff,service,date,start,status,cancelled_on
                     date as 2018-03-14, start as 15:50, status completed, no_show or cancelled
  cancellations.csv  client,staff,service,booked_for,cancelled_on,cancelled_by (client or shop)`;

async function importSalon(dir: string, options: Options, context: CommandContext): Promise<void> {
  const shop = shopFrom(options);
  const progress = progressOn(context.stderr);
  const dataSet = await readWithProgress(resolve(context.workingFolder, dir), progress);
  const analysis = analyzeDataSet(dataSet);
  const report = createReport(dataSet, analysis, shop.slug);
  // Once before anything is sent, so that a file that cannot be written is known in time.
  saveReport(report, options.report, context.workingFolder);
  if (dataSet.bad.length > 0 && options.skipBadRows !== true) {
    show(report, options, context);
    throw new Failure(
      'invalid_rows',
      `${counted(dataSet.bad.length, 'row')} cannot be used. Nothing was sent.`,
      {
        remediation: 'Correct them, or leave them out with --skip-bad-rows.',
      },
    );
  }
  if (options.dryRun === true) {
    show(report, options, context, 'Dry run: nothing was sent.');
    return;
  }
  const api = openApi(options, context, progress);
  try {
    report.imported = await importDataSet(api, shop, dataSet, analysis, progress, options.bookings);
  } finally {
    progress.clear();
  }
  saveReport(report, options.report, context.workingFolder);
  show(
    report,
    options,
    context,
    `${importOutcome(report)}\nPage of the shop: ${shopPage(api.url, shop.slug)}`,
  );
  refuseSilence(report);
}

async function readWithProgress(folder: string, progress: Progress): Promise<SalonDataSet> {
  progress.show(`Reading ${folder} …`);
  try {
    return await readDataSet(folder);
  } finally {
    progress.clear();
  }
}

function shopFrom({ shop: slug, name = nameFrom(slug), zone, currency, country }: Options): ShopInput {
  const shop: ShopInput = { organisation: { slug, name }, slug, name, zone, currency, country };
  const wrong = validationErrors(ShopInput, shop).filter((fault) => !fault.startsWith('organisation.'));
  if (!isZone(zone)) wrong.push(`zone: ${zone} is no IANA time zone; write one such as America/New_York`);
  if (wrong.length > 0) throw new UsageError('The shop cannot be called that.', { details: wrong });
  return shop;
}

/** salon-2018 as Salon 2018 */
function nameFrom(slug: string): string {
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function show(report: DataSetReport, options: Options, context: CommandContext, closing?: string): void {
  if (options.json === true) {
    printJson(context, report);
    return;
  }
  context.stdout.write(reportText(report, paintFor(context.stdout, context.environment)));
  if (closing !== undefined) printLines(context, ['', closing]);
}

function refuseSilence({ imported }: DataSetReport): void {
  const refused = imported?.rejected.length ?? 0;
  if (refused === 0) return;
  throw new Failure(
    'rows_refused',
    `The server refused ${counted(refused, 'row')}; the others are imported.`,
    {
      remediation: 'The reason stands beside each row above. Correct them and run the same command again.',
    },
  );
}
