/** The scheduled tasks and their intervals. */
import type { RecurringJob } from '@bookedbarber/redis-tier/recurring-jobs';
import { rollUpDays } from '../analytics/roll-up.ts';
import type { Context } from '../main/context.ts';
import { enqueueDailySchedules } from '../notifications/daily-schedule/write-daily-schedules.ts';
import { removeOldMessages } from '../outbox/retention.ts';
import { warmUp } from '../read-models/warm-up.ts';
import { cleanUp } from './clean-up.ts';
import { deleteOldShopDays } from './shop-days.ts';

const minuteMs = 60_000;

/** The table of the tasks, in the schema public. */
export const taskTable = 'scheduled_task';

export function scheduledTasks(context: Context): RecurringJob[] {
  const { db, clock } = context;
  return [
    {
      name: 'clean-up',
      everyMs: minuteMs,
      async run() {
        const { holds, idempotencyRecords } = await cleanUp(context);
        return `${holds} expired holds and ${idempotencyRecords} idempotency records deleted`;
      },
    },
    {
      name: 'daily-schedules',
      everyMs: 5 * minuteMs,
      run: async (signal) => `${await enqueueDailySchedules(context, signal)} daily schedules enqueued`,
    },
    {
      name: 'warm-up',
      everyMs: 5 * minuteMs,
      run: async (signal) => `${await warmUp(context, signal)} shops warmed up before they open`,
    },
    {
      name: 'roll-up',
      everyMs: 15 * minuteMs,
      run: async (signal) => `${await rollUpDays(context, signal)} days rolled up`,
    },
    {
      name: 'retention',
      everyMs: 60 * minuteMs,
      async run() {
        await deleteOldShopDays(db, clock.nowMs());
        return `${await removeOldMessages(db, clock.nowMs())} old messages deleted`;
      },
    },
  ];
}
