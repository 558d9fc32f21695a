import type { ShopInput } from '@bookedbarber/contract';
import type { Api } from '../shared/api/api.ts';
import type { Progress } from '../shared/terminal/progress.ts';
import { Failure } from '../shared/user-error.ts';
import { sendImport } from '../shop/setup/send-import.ts';
import { findShop, setUp } from '../shop/setup/set-up.ts';
import type { ShopPlan } from '../shop/setup/shop-plan.ts';
import type { SalonDataSet } from './files/read-book.ts';
import { toImportRows } from './import-rows.ts';
import type { ImportReport } from './report/book-report.ts';
import { reportImport } from './report/report-book.ts';
import type { DataSetAnalysis } from './study-book.ts';

/**
 * Brings a book into the shop. Sent again, it adds only what is not there yet. Without `bookings` it makes what can be
 * booked, and nothing is booked. Throws Failure.
 */
export async function importDataSet(
  api: Api,
  shop: ShopInput,
  dataSet: SalonDataSet,
  analysis: DataSetAnalysis,
  progress: Progress,
  bookings = true,
): Promise<ImportReport> {
  await refuseOtherClock(api, shop);
  const made = await setUp(api, shopPlanFromDataSet(shop, dataSet, analysis), progress);
  const rows = bookings ? toImportRows(analysis, made) : [];
  const result = await sendImport(
    api,
    shop.slug,
    rows.map(({ row }) => row),
    progress,
  );
  return reportImport(
    {
      shop_created: made.shopCreated,
      services_created: made.servicesCreated,
      barbers_created: made.barbersCreated,
    },
    result,
    new Map(rows.map(({ line, row }) => [row.ref, line])),
  );
}

/** The shop that a book describes: its services, its staff with inferred hours, a grid on which its starts lie. */
function shopPlanFromDataSet(shop: ShopInput, dataSet: SalonDataSet, analysis: DataSetAnalysis): ShopPlan {
  return {
    shop: { ...shop, policy: { slot_interval_minutes: analysis.stepMinutes } },
    services: dataSet.services.map((service) => service.input),
    barbers: analysis.staff.map(({ code, name, serviceCodes, hours }) => ({
      code,
      name,
      serviceCodes,
      schedule: hours.schedule,
    })),
    closedDays: [],
  };
}

/** The times of a book mean the clock of its shop, and its prices the money of its shop. */
async function refuseOtherClock(api: Api, shop: ShopInput): Promise<void> {
  const found = await findShop(api, shop.slug);
  if (found === undefined) return;
  if (found.zone !== shop.zone) {
    throw new Failure(
      'zone_differs',
      `The shop ${shop.slug} keeps the time of ${found.zone}, not of ${shop.zone}.`,
      {
        remediation: `Add --zone ${found.zone} if the times in the book are of that zone, or name another shop with --shop.`,
      },
    );
  }
  if (found.currency !== shop.currency) {
    throw new Failure(
      'currency_differs',
      `The shop ${shop.slug} has its prices in ${found.currency}, not in ${shop.currency}.`,
      {
        remediation: `Add --currency ${found.currency} if the prices in the book are in it, or name another shop with --shop.`,
      },
    );
  }
}
