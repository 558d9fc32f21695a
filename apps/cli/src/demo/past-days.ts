import type { ImportRow, ServiceInput } from '@bookedbarber/contract';
import { Temporal } from 'temporal-polyfill';
import type { BarberPlan, ShopPlan } from '../shop/setup/shop-plan.ts';
import { clientAt, returningClients } from './names.ts';
import { pick, type Random, randomFrom } from './random.ts';

/** Number of past days with appointments. */
export const pastDays = 42;

type Ids = { serviceIds: ReadonlyMap<string, string>; barberIds: ReadonlyMap<string, string> };

/**
 * The past appointments of a shop, up to the day before `today`. Each day depends only on the seed and its date, so a
 * repeated run sends the same rows.
 */
export function pastOf(plan: ShopPlan, ids: Ids, today: string, seed: number): ImportRow[] {
  const end = Temporal.PlainDate.from(today);
  const dates = Array.from({ length: pastDays }, (_, index) => end.subtract({ days: pastDays - index }));
  return dates.flatMap((date) =>
    plan.barbers.flatMap((barber) =>
      workDay(plan, barber, date, randomFrom(`${seed} ${date} ${barber.code}`), ids),
    ),
  );
}

/** One working day of a barber: consecutive appointments with occasional gaps, within the working periods. */
function workDay(
  plan: ShopPlan,
  barber: BarberPlan,
  date: Temporal.PlainDate,
  random: Random,
  ids: Ids,
): ImportRow[] {
  const offered = plan.services.filter((service) => offers(barber, service.code));
  const rows: ImportRow[] = [];
  for (const period of barber.schedule.find((day) => day.weekday === date.dayOfWeek)?.periods ?? []) {
    let minute = period.starts_minute + pick(random, [0, 0, 10, 20, 30]);
    for (;;) {
      const services = pickServices(random, offered);
      const lengths = services.map(
        (service) => service.duration_minutes + (service.buffer_after_minutes ?? 0),
      );
      const totalMinutes = lengths.reduce((sum, length) => sum + length, 0);
      if (minute + totalMinutes > period.ends_minute) break;
      rows.push(...appointment(services, barber, date, minute, random, ids));
      minute += totalMinutes + pick(random, [0, 0, 0, 10, 20, 40]);
    }
  }
  return rows;
}

/** Mostly one service; a haircut is sometimes followed by a beard trim. */
function pickServices(random: Random, offered: readonly ServiceInput[]): ServiceInput[] {
  const popular = offered.filter((service) => service.code === 'CUT' || service.code === 'FADE');
  const service = popular.length > 0 && random() < 0.5 ? pick(random, popular) : pick(random, offered);
  const beard = offered.find(({ code }) => code === 'BEARD');
  return service.code === 'CUT' && beard !== undefined && random() < 0.2 ? [service, beard] : [service];
}

function appointment(
  services: readonly ServiceInput[],
  barber: BarberPlan,
  date: Temporal.PlainDate,
  startsMinute: number,
  random: Random,
  ids: Ids,
): ImportRow[] {
  // Clients early in the list are regulars: they get more appointments.
  const client = clientAt(Math.floor(returningClients * random() ** 1.6));
  const name = `demo ${date} ${barber.code} ${startsMinute}`;
  const finalStatus = pickFinalStatus(date, random);
  let minute = startsMinute;
  return services.map((service) => {
    const row: ImportRow = {
      ref: `${name} ${service.code}`,
      booking_ref: name,
      client_ref: client.ref,
      client_name: client.name,
      barber_id: idOf(ids.barberIds, barber.code),
      service_id: idOf(ids.serviceIds, service.code),
      date: date.toString(),
      starts_minute: minute,
      duration_minutes: service.duration_minutes,
      price_cents: service.price_cents,
      ...finalStatus,
    };
    minute += service.duration_minutes;
    return row;
  });
}

function pickFinalStatus(
  date: Temporal.PlainDate,
  random: Random,
): Pick<ImportRow, 'status' | 'cancelled_on'> {
  const chance = random();
  if (chance < 0.88) return { status: 'completed' };
  if (chance < 0.93) return { status: 'no_show' };
  return {
    status: 'cancelled',
    cancelled_on: date.subtract({ days: pick(random, [0, 0, 1, 1, 2, 4, 6]) }).toString(),
  };
}

function offers({ serviceCodes }: BarberPlan, code: string): boolean {
  return serviceCodes === 'all' || serviceCodes.includes(code);
}

function idOf(ids: ReadonlyMap<string, string>, code: string): string {
  const id = ids.get(code);
  if (id === undefined) throw new Error(`There is no id for ${code}.`);
  return id;
}
