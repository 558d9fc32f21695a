import type { ShopInput } from '@bookedbarber/contract';
import type { Api } from '../shared/api/api.ts';
import type { Progress } from '../shared/terminal/progress.ts';
import { Failure } from '../shared/user-error.ts';
import { sendImport } from '../shop/setup/send-import.ts';
import { findShop, setUp } from '../shop/setup/set-up.ts';
import type { ShopPlan } from '../shop/setup/shop-plan.ts';
import type { DataSetAnalysis } from './analyze-data-set.ts';
import type { SalonDataSet } from './files/read-data-set.ts';
import { toImportRows } from './import-rows.ts';
import { reportImport } from './report/create-report.ts';
import type { ImportReport } from './report/data-set-report.ts';

/**
 * Imports an export into the shop. A repeated import adds only new rows. Without `bookings`, it creates the shop,
 * services and staff only. Throws Failure.
 */
export async function importDataSet(
  api: Api,
  shop: ShopInput,
  dataSet: SalonDataSet,
  analysis: DataSetAnalysis,
  progress: Progress,
  bookings = true,
): Promise<ImportReport> {
  await checkZoneAndCurrency(api, shop);
  const shopSetUp = await setUp(api, shopPlanFromDataSet(shop, dataSet, analysis), progress);
  const rows = bookings ? toImportRows(analysis, shopSetUp) : [];
  const result = await sendImport(
    api,
    shop.slug,
    rows.map(({ row }) => row),
    progress,
  );
  return reportImport(
    {
      shop_created: shopSetUp.shopCreated,
      services_created: shopSetUp.servicesCreated,
      barbers_created: shopSetUp.barbersCreated,
    },
    result,
    new Map(rows.map(({ line, row }) => [row.ref, line])),
  );
}

/** The shop in the export: services, staff with inferred hours, and the inferred slot interval. */
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

/** An existing shop must have the time zone and the currency of the export. Throws Failure otherwise. */
async function checkZoneAndCurrency(api: Api, shop: ShopInput): Promise<void> {
  const found = await findShop(api, shop.slug);
  if (found === undefined) return;
  if (found.zone !== shop.zone) {
    throw new Failure(
      'zone_differs',
      `The time zone of the shop ${shop.slug} is ${found.zone}, not ${shop.zone}.`,
      {
        remediation: `Add --zone ${found.zone} if the times in the files are in that zone, or choose another shop with --shop.`,
      },
    );
  }
  if (found.currency !== shop.currency) {
    throw new Failure(
      'currency_differs',
      `The currency of the shop ${shop.slug} is ${found.currency}, not ${shop.currency}.`,
      {
        remediation: `Add --currency ${found.currency} if the prices in the files are in that currency, or choose another shop with --shop.`,
      },
    );
  }
}
