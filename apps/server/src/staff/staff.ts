import type { DayPeriod } from '@bookedbarber/contract';
import { sql } from 'kysely';
import type { Executor } from '../database/connect.ts';
import { fromMultirange } from '../database/day-periods.ts';
import { addDays } from '../time/dates.ts';
import type { Interval } from '../time/intervals.ts';
import { localDay } from '../time/wall-time.ts';
import { type BarberSchedule, type ShopOverrides, workingIntervals } from './working-hours.ts';

export type BarberRecord = {
  id: string;
  code: string | null;
  name: string;
  email: string | null;
  active: boolean;
  serviceIds: string[];
};

export type WorkingTimeRequest = {
  shop: { id: string; zone: string };
  barberIds: readonly string[];
  /** First and last day, dates of the shop's zone. */
  from: string;
  to: string;
};

/** The barbers of a shop and their working time. Changes are in staff-changes.ts. */
export type Staff = ReturnType<typeof createStaff>;

export function createStaff() {
  return {
    /** The barbers of a shop with the services they offer, ordered by name. */
    barbers(executor: Executor, shopId: string, which: 'active' | 'all' = 'active'): Promise<BarberRecord[]> {
      return executor
        .selectFrom('barber')
        .select((eb) => [
          'id',
          'code',
          'name',
          'email',
          'active',
          sql<string[]>`array(${eb
            .selectFrom('barberService')
            .select('barberService.serviceId')
            .whereRef('barberService.barberId', '=', 'barber.id')})`.as('serviceIds'),
        ])
        .where('shopId', '=', shopId)
        .$if(which === 'active', (query) => query.where('active', '=', true))
        .orderBy('name')
        .orderBy('id')
        .execute();
    },

    /**
     * The working time of each barber from `from` to `to`, with overrides and time off applied. See workingIntervals.
     */
    async workingTime(executor: Executor, request: WorkingTimeRequest): Promise<Map<string, Interval[]>> {
      const { shop, from, to } = request;
      const { schedules, shopOverrides } = await loadSchedules(executor, request);
      return new Map(
        request.barberIds.map((barberId) => {
          const schedule = schedules.get(barberId) ?? emptySchedule();
          return [barberId, workingIntervals(schedule, shopOverrides, shop.zone, from, to)];
        }),
      );
    },
  };
}

type MutableSchedule = {
  week: Map<number, readonly DayPeriod[]>;
  overrides: Map<string, readonly DayPeriod[]>;
  timeOff: Interval[];
};

function emptySchedule(): MutableSchedule {
  return { week: new Map(), overrides: new Map(), timeOff: [] };
}

async function loadSchedules(
  executor: Executor,
  { shop, barberIds, from, to }: WorkingTimeRequest,
): Promise<{ schedules: Map<string, BarberSchedule>; shopOverrides: ShopOverrides }> {
  const schedules = new Map(barberIds.map((id) => [id, emptySchedule()]));
  const shopOverrides = new Map<string, readonly DayPeriod[]>();
  if (barberIds.length === 0) return { schedules, shopOverrides };
  const ids = [...barberIds];
  // A period belongs to the day on which it starts and may run past midnight, so include the day before.
  const firstDate = addDays(from, -1);

  const week = await executor.selectFrom('weeklySchedule').selectAll().where('barberId', 'in', ids).execute();
  for (const row of week) schedules.get(row.barberId)?.week.set(row.weekday, fromMultirange(row.periods));

  const overrides = await executor
    .selectFrom('dateOverride')
    .select(['barberId', 'date', 'periods'])
    .where('shopId', '=', shop.id)
    .where('date', '>=', firstDate)
    .where('date', '<=', to)
    .execute();
  for (const row of overrides) {
    const target = row.barberId === null ? shopOverrides : schedules.get(row.barberId)?.overrides;
    target?.set(row.date, fromMultirange(row.periods));
  }

  const timeOff = await executor
    .selectFrom('timeOff')
    .select(['barberId', 'startsAt', 'endsAt'])
    .where('barberId', 'in', ids)
    .where('endsAt', '>', new Date(localDay(shop.zone, firstDate).startMs))
    .where('startsAt', '<', new Date(localDay(shop.zone, addDays(to, 1)).endMs))
    .execute();
  for (const row of timeOff) {
    schedules
      .get(row.barberId)
      ?.timeOff.push({ startMs: row.startsAt.getTime(), endMs: row.endsAt.getTime() });
  }
  return { schedules, shopOverrides };
}
