import type { Shop, ShopChange, TimeOff, TimeOffInput, TimeOffList } from '@bookedbarber/contract';
import { Temporal } from 'temporal-polyfill';
import type { Api } from '../shared/api/api.ts';
import type { Progress } from '../shared/terminal/progress.ts';
import { Failure } from '../shared/user-error.ts';
import { shopPath } from '../shop/file/shop-address.ts';
import { sendImport } from '../shop/setup/send-import.ts';
import { findShop, type SetUp, setUp } from '../shop/setup/set-up.ts';
import { demoEmail, demoName, demoPlan, demoTimeOff, demoZone } from './demo-shop.ts';
import { pastOf } from './past-days.ts';
import { bookAhead } from './upcoming.ts';

export type DemoResult = {
  slug: string;
  name: string;
  /** False when the shop already existed and nothing was done. */
  created: boolean;
  services: number;
  barbers: number;
  pastRows: number;
  upcomingBookings: number;
};

/**
 * Creates the demo shop with past appointments and upcoming bookings. Does nothing when it is complete, and resumes an
 * interrupted run. Throws Failure when the slug belongs to another shop.
 */
export async function makeDemo(
  api: Api,
  options: { slug: string; seed: number; nowMs: number },
  progress: Progress,
): Promise<DemoResult> {
  const { slug, seed, nowMs } = options;
  const found = await findShop(api, slug);
  if (found !== undefined && found.name !== demoName) {
    throw new Failure('slug_taken', `The shop ${slug} is ${found.name}, not the demo shop.`, {
      remediation: 'Choose another identifier with --slug.',
    });
  }
  if (found !== undefined && found.email !== null) return nothingDone(found);
  const today = found?.today ?? todayIn(demoZone, nowMs);
  const plan = demoPlan(slug, today);
  const shop = await setUp(api, plan, progress);
  await takeTimeOff(api, shop, today);
  const past = await sendImport(api, slug, pastOf(plan, shop, today, seed), progress);
  if (past.rejected.length > 0) {
    throw new Failure('rows_refused', 'The server rejected some rows of the demo shop.', {
      details: past.rejected.slice(0, 10).map(({ ref, reason }) => `${ref}: ${reason}`),
    });
  }
  const upcomingBookings = await bookAhead(api, plan, shop, today, seed, progress);
  const change: ShopChange = { email: demoEmail };
  await api.patch<Shop>(shopPath(slug), change);
  return {
    slug,
    name: demoName,
    created: true,
    services: plan.services.length,
    barbers: plan.barbers.length,
    pastRows: past.imported + past.skipped,
    upcomingBookings,
  };
}

function nothingDone({ slug, name, services, barbers }: Shop): DemoResult {
  return {
    slug,
    name,
    created: false,
    services: services.length,
    barbers: barbers.length,
    pastRows: 0,
    upcomingBookings: 0,
  };
}

async function takeTimeOff(api: Api, shop: SetUp, today: string): Promise<void> {
  const barberId = shop.barberIds.get(demoTimeOff.barberCode) ?? '';
  const path = `${shopPath(shop.slug)}/barbers/${barberId}/time-off`;
  const { time_off } = await api.get<TimeOffList>(path);
  if (time_off.length > 0) return;
  const first = Temporal.PlainDate.from(today).add({ days: demoTimeOff.inDays });
  const input: TimeOffInput = {
    starts_at: midnight(first),
    ends_at: midnight(first.add({ days: demoTimeOff.days })),
    reason: demoTimeOff.reason,
  };
  await api.post<TimeOff>(path, input);
}

/** Midnight in the time zone of the shop, in RFC 3339 with offset. */
function midnight(date: Temporal.PlainDate): string {
  return date.toZonedDateTime(demoZone).toString({ timeZoneName: 'never' });
}

function todayIn(zone: string, nowMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDate().toString();
}
