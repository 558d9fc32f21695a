import type { Availability, BookingCreated, BookingInput, SegmentRequest } from '@bookedbarber/contract';
import type { Api } from '../shared/api/api.ts';
import { ApiFailure } from '../shared/api/api-failure.ts';
import type { Progress } from '../shared/terminal/progress.ts';
import { shopPath } from '../shop/file/shop-address.ts';
import type { SetUp } from '../shop/setup/set-up.ts';
import type { ShopPlan } from '../shop/setup/shop-plan.ts';
import { clientAt, returningClients } from './names.ts';
import { pick, type Random, randomFrom } from './random.ts';

/** Number of upcoming bookings in a new demo shop: below the limit of 20 bookings per caller and minute. */
export const upcomingBookings = 18;

/** The bookings are within this many days. */
const daysAhead = 14;

/**
 * Books appointments at available times and returns their number. It books as the operator, so that it does not consume
 * the rate limit of guests on this machine.
 */
export async function bookAhead(
  api: Api,
  plan: ShopPlan,
  ids: SetUp,
  today: string,
  seed: number,
  progress: Progress,
): Promise<number> {
  let booked = 0;
  for (let index = 0; index < upcomingBookings; index += 1) {
    progress.show(`Booking appointments: ${index} of ${upcomingBookings}`);
    const random = randomFrom(`${seed} upcoming ${index}`);
    const segments = pickSegments(plan, ids, random);
    const start = await freeStart(api, ids.slug, segments, today, random);
    if (start === undefined) continue;
    const { name, email } = clientAt(returningClients + index);
    const input: BookingInput = { segments, start, client: { name, email } };
    if (await book(api, ids.slug, input, `demo-${ids.slug}-${seed}-booking-${index}`)) booked += 1;
  }
  return booked;
}

/** One service by any barber or a requested one; a haircut is sometimes followed by a beard trim by any barber. */
function pickSegments(plan: ShopPlan, ids: SetUp, random: Random): SegmentRequest[] {
  const barber = pick(random, plan.barbers);
  const offered =
    barber.serviceCodes === 'all' ? plan.services.map((service) => service.code) : barber.serviceCodes;
  const code = pick(random, offered);
  const requested = random() < 0.5 ? { barber_id: ids.barberIds.get(barber.code) ?? null } : {};
  const first = { service_id: ids.serviceIds.get(code) ?? '', ...requested };
  const beard = ids.serviceIds.get('BEARD');
  return code === 'CUT' && beard !== undefined && random() < 0.5 ? [first, { service_id: beard }] : [first];
}

/** A random available start, more likely on early days; undefined when there is none. */
async function freeStart(
  api: Api,
  slug: string,
  segments: readonly SegmentRequest[],
  today: string,
  random: Random,
): Promise<string | undefined> {
  const query = new URLSearchParams({ from: today, days: String(daysAhead) });
  for (const { service_id, barber_id } of segments)
    query.append('segment', `${service_id}:${barber_id ?? 'any'}`);
  const { days } = await api.get<Availability>(`${shopPath(slug)}/availability?${query}`);
  const open = days.filter((day) => day.starts.length > 0);
  const day = open[Math.floor(open.length * random() ** 2)];
  return day === undefined ? undefined : pick(random, day.starts);
}

/** True when the appointment is booked, now or by an earlier, interrupted run. */
async function book(api: Api, slug: string, input: BookingInput, idempotencyKey: string): Promise<boolean> {
  try {
    await api.post<BookingCreated>(`${shopPath(slug)}/bookings`, input, idempotencyKey);
    return true;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    // Another client booked the time first. The demo does not need this booking.
    if (error.code === 'slot_taken') return false;
    if (error.code === 'idempotency_key_reused') return true;
    throw error;
  }
}
