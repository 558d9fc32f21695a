import type { ShopInput } from '@bookedbarber/contract';
import type { Api } from '../shared/api/api.ts';
import type { Progress } from '../shared/terminal/progress.ts';
import { Failure } from '../shared/user-error.ts';
import { sendHistory } from '../shop/setup/send-import.ts';
import { findShop, setUp } from '../shop/setup/set-up.ts';
import type { ShopPlan } from '../shop/setup/shop-plan.ts';
import type { SalonBook } from './files/read-book.ts';
import { toHistoryRows } from './import-rows.ts';
import type { ImportReport } from './report/book-report.ts';
import { reportImport } from './report/report-book.ts';
import type { BookStudy } from './study-book.ts';

/**
 * Brings a book into the shop. Sent again, it adds only what is not there yet. Without `bookings` it makes what can be
 * booked, and nothing is booked. Throws Failure.
 */
export async function importBook(
  api: Api,
  shop: ShopInput,
  book: SalonBook,
  study: BookStudy,
  progress: Progress,
  bookings = true,
): Promise<ImportReport> {
  await refuseOtherClock(api, shop);
  const made = await setUp(api, planFromBook(shop, book, study), progress);
  const rows = bookings ? toHistoryRows(study, made) : [];
  const result = await sendHistory(
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
function planFromBook(shop: ShopInput, book: SalonBook, study: BookStudy): ShopPlan {
  return {
    shop: { ...shop, policy: { slot_step_minutes: study.stepMinutes } },
    services: book.services.map((service) => service.input),
    barbers: study.staff.map(({ code, name, serviceCodes, hours }) => ({
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
        mend: `Add --zone ${found.zone} if the times in the book are of that zone, or name another shop with --shop.`,
      },
    );
  }
  if (found.currency !== shop.currency) {
    throw new Failure(
      'currency_differs',
      `The shop ${shop.slug} has its prices in ${found.currency}, not in ${shop.currency}.`,
      {
        mend: `Add --currency ${found.currency} if the prices in the book are in it, or name another shop with --shop.`,
      },
    );
  }
}
