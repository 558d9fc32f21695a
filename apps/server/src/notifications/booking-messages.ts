import type { BookingRecord } from '../booking/booking-record.ts';
import type { Tx } from '../database/transaction.ts';
import type { Outbox } from '../outbox/messages/messages.ts';
import type { MessageKind } from './message-kinds.ts';
import { followUpDueMs } from './reminders/follow-up.ts';
import { planReminders, type ReminderPolicy } from './reminders/reminders.ts';

/** What happened to a booking, as far as people are told of it. */
export type BookingChange = 'booked' | 'moved' | 'confirmed' | 'cancelled' | 'ended';

/** Decides what a change of a booking has people told, and writes it in the change's own transaction. */
export type BookingNotifier = ReturnType<typeof createBookingNotifier>;

const nothingSaid = { told: false, follows: null };
/** Somebody waits for it; it can wait behind those. */
const urgent = 0;
const lowPriority = 1;

export function createBookingNotifier(outbox: Outbox) {
  return {
    /** `booking` is the booking after the change. Its reminders are written anew: those of before are taken back. */
    async write(
      tx: Tx,
      change: BookingChange,
      {
        booking,
        shop,
        nowMs,
      }: { booking: BookingRecord; shop: ReminderPolicy & { noShowFollowUp: boolean }; nowMs: number },
    ): Promise<void> {
      // Of a new booking nothing has been said; of any other, what was not said yet is no longer true.
      const { told, follows } =
        change === 'booked' ? nothingSaid : await outbox.supersede(tx, booking.id, nowMs);
      if (booking.email === null && (booking.phone === null || booking.channel !== 'sms')) return;
      const kind = kindOf(change, booking, told);
      const reminders =
        booking.status === 'confirmed' ? planReminders(shop, booking.startsAt.getTime(), nowMs) : [];
      const { shopId, id: bookingId, version: bookingVersion } = booking;
      const about = { shopId, bookingId, bookingVersion, nowMs, follows };
      const sendsFollowUp = change === 'ended' && booking.status === 'no_show' && shop.noShowFollowUp;
      await outbox.enqueue(tx, [
        ...(sendsFollowUp
          ? [
              {
                ...about,
                kind: 'follow-up' satisfies MessageKind,
                occasion: '',
                priority: lowPriority,
                dueMs: followUpDueMs(shop, nowMs),
              },
            ]
          : []),
        ...(kind === null ? [] : [{ ...about, kind, occasion: '', priority: urgent, dueMs: nowMs }]),
        ...reminders.map((reminder) => ({
          ...about,
          ...reminder,
          kind: 'reminder' satisfies MessageKind,
          priority: lowPriority,
        })),
      ]);
    },
  };
}

/** Who has heard nothing yet hears of the booking as it is now, and of one that is off not at all. */
function kindOf(change: BookingChange, booking: BookingRecord, told: boolean): MessageKind | null {
  const asNew = booking.status === 'pending' ? 'request' : 'confirmation';
  switch (change) {
    case 'booked':
      return asNew;
    case 'moved':
      return told ? 'reschedule' : asNew;
    case 'confirmed':
      return 'confirmation';
    case 'cancelled':
      return told ? 'cancellation' : null;
    case 'ended':
      return null;
  }
}
