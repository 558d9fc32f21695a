import type { Clock } from '@bookedbarber/redis-tier/core';
import type { MessageHandler } from '@bookedbarber/redis-tier/jobs';
import type { ShopRecord } from '../../catalog/catalog.ts';
import type { Db } from '../../database/connect.ts';
import type { LeasedMessage } from '../../outbox/messages/message-claims.ts';
import type { SendRate } from '../../outbox/messages/send-rate.ts';
import { localDay } from '../../time/wall-time.ts';
import type { MailTransport } from '../mail/mail.ts';
import { dailyScheduleKind, retryOf } from '../message-kinds.ts';
import { bookingsOfDay, dailyScheduleMail } from './daily-schedule.ts';

export type DailyScheduleOptions = {
  db: Db;
  transport: MailTransport;
  from: string;
  findShop: (shopId: string) => Promise<ShopRecord>;
  clock: Clock;
  sendRate: SendRate | null;
};

/** Sends barbers their daily schedule. It is read when it is sent, so it omits cancelled appointments. */
export function dailyScheduleHandler(options: DailyScheduleOptions): MessageHandler<LeasedMessage> {
  const { db, transport, from, findShop, clock, sendRate } = options;
  return {
    retry: retryOf(dailyScheduleKind),
    async send({ id, barberId, occasion: date }, attempt) {
      const barber = await db
        .selectFrom('barber')
        .selectAll()
        .where('id', '=', barberId ?? '')
        .executeTakeFirst();
      if (barber === undefined) return { kind: 'refused', reason: 'the message has no barber' };
      if (!barber.active) return { kind: 'skipped', reason: 'the barber is no longer active' };
      if (barber.email === null) return { kind: 'skipped', reason: 'the barber has no email address' };
      const shop = await findShop(barber.shopId);
      if (shop.dailyScheduleMinute === null)
        return { kind: 'skipped', reason: 'the shop has turned off daily schedules' };
      if (clock.nowMs() >= localDay(shop.zone, date).endMs)
        return { kind: 'skipped', reason: 'the day is over' };
      const entries = await bookingsOfDay(db, { barberId: barber.id, zone: shop.zone, date });
      if (entries.length === 0)
        return { kind: 'skipped', reason: 'the barber has no appointments on this day' };
      const tooEarly = await sendRate?.wait(attempt.signal, clock.nowMs);
      if (tooEarly) return tooEarly;
      const mail = {
        ...dailyScheduleMail({ shop, barberName: barber.name, date, entries }),
        from,
        to: barber.email,
        replyTo: shop.email,
        messageId: `<${id}@bookedbarber>`,
        calendar: null,
      };
      return transport.send(mail, attempt);
    },
  };
}
