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

/** Sends barbers their day. It is read when it is sent, so nothing that was cancelled before stands in it. */
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
      if (barber === undefined) return { kind: 'refused', reason: 'the message names no barber' };
      if (!barber.active) return { kind: 'skipped', reason: 'the barber works here no more' };
      if (barber.email === null) return { kind: 'skipped', reason: 'the barber has no e-mail address' };
      const shop = await findShop(barber.shopId);
      if (shop.dailyScheduleMinute === null)
        return { kind: 'skipped', reason: 'the shop sends no lists of the day any more' };
      if (clock.nowMs() >= localDay(shop.zone, date).endMs)
        return { kind: 'skipped', reason: 'the day is over' };
      const visits = await bookingsOfDay(db, { barberId: barber.id, zone: shop.zone, date });
      if (visits.length === 0) return { kind: 'skipped', reason: 'there is no visit on this day' };
      const tooEarly = await sendRate?.wait(attempt.signal, clock.nowMs);
      if (tooEarly) return tooEarly;
      const mail = {
        ...dailyScheduleMail({ shop, barberName: barber.name, date, visits }),
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
