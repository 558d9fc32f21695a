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
import { analyzeDataSet } from './analyze-data-set.ts';
import { readDataSet, type SalonDataSet } from './files/read-data-set.ts';
import { importDataSet } from './import-data-set.ts';
import { createReport } from './report/create-report.ts';
import type { DataSetReport } from './report/data-set-report.ts';
import { importOutcome, reportText } from './report/report-text.ts';
import { saveReport } from './report/save-report.ts';

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
    .summary('import the data of a salon')
    .description(
      'Imports the export of a salon into a shop: services, staff with weekly hours inferred from the bookings, clients, ' +
        'and bookings with their final status. DIR contains bookings.csv, cancellations.csv and services.csv. Prints a ' +
        'report of the findings and of the assumptions made. A repeated run adds only new rows.',
    )
    .argument('<dir>', 'folder with the three files')
    .option('--shop <slug>', 'shop to import into; created if it does not exist', 'salon-2018')
    .option('--name <name>', 'name of a new shop (default: derived from its slug)')
    .option('--zone <zone>', 'IANA time zone of the times in the files', 'America/New_York')
    .option('--currency <code>', 'ISO 4217 currency of the prices', 'USD')
    .option('--country <code>', 'ISO 3166 country of the shop', 'US')
    .option('--dry-run', 'only read the files and report; needs no server')
    .option('--skip-bad-rows', 'skip invalid rows; by default they stop the import')
    .option('--no-bookings', 'create only the shop, its services and its staff')
    .option('--report <file>', 'also write the report to a file, as JSON if its name ends in .json')
    .action((dir: string, options: Options) => importSalon(dir, options, context));
  command.addHelpText('after', filesHelp);
  withExamples(withServer(command), [
    'bookedbarber import salon ./salon-2018 --dry-run',
    'bookedbarber import salon ./salon-2018 --shop elm-street --zone America/Chicago --report report.txt',
    'bookedbarber import salon ./salon-2018 --skip-bad-rows --json > report.json',
  ]);
};

const filesHelp = `
Files (UTF-8, comma-separated, with a header line, columns in any order):
  services.csv       code,name,category,minutes,price_cents
  bookings.csv       client,staff,service,date,start,status,cancelled_on
                     date like 2018-03-14, start like 15:50, status completed, no_show or cancelled
  cancellations.csv  client,staff,service,booked_for,cancelled_on,cancelled_by (client or shop)`;

async function importSalon(dir: string, options: Options, context: CommandContext): Promise<void> {
  const shop = shopFrom(options);
  const progress = progressOn(context.stderr);
  const dataSet = await readWithProgress(resolve(context.workingFolder, dir), progress);
  const analysis = analyzeDataSet(dataSet);
  const report = createReport(dataSet, analysis, shop.slug);
  // Written once before anything is sent, so that an unwritable report file stops the import early.
  saveReport(report, options.report, context.workingFolder);
  if (dataSet.bad.length > 0 && options.skipBadRows !== true) {
    show(report, options, context);
    throw new Failure(
      'invalid_rows',
      `${counted(dataSet.bad.length, 'row')} ${dataSet.bad.length === 1 ? 'is' : 'are'} invalid. Nothing was sent.`,
      {
        remediation: 'Correct the rows, or skip them with --skip-bad-rows.',
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
  show(report, options, context, `${importOutcome(report)}\nPage: ${shopPage(api.url, shop.slug)}`);
  throwIfRowsRejected(report);
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
  const errors = validationErrors(ShopInput, shop).filter((message) => !message.startsWith('organisation.'));
  if (!isZone(zone)) errors.push(`zone: ${zone} is not an IANA time zone such as America/New_York`);
  if (errors.length > 0) throw new UsageError('The shop options are invalid.', { details: errors });
  return shop;
}

/** Turns salon-2018 into Salon 2018. */
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

function throwIfRowsRejected({ imported }: DataSetReport): void {
  const rejected = imported?.rejected.length ?? 0;
  if (rejected === 0) return;
  throw new Failure(
    'rows_refused',
    `The server rejected ${counted(rejected, 'row')}; the others were imported.`,
    {
      remediation: 'Correct the rows, using the reasons in the report, and run the same command again.',
    },
  );
}
