import type { BookingRecord } from '../booking/booking-record.ts';
import type { Tx } from '../database/transaction.ts';
import type { Outbox } from '../outbox/messages/messages.ts';
import type { MessageKind } from './message-kinds.ts';
import { followUpDueMs } from './reminders/follow-up.ts';
import { planReminders, type ReminderPolicy } from './reminders/reminders.ts';

/** A change of a booking that can cause messages. */
export type BookingChange = 'booked' | 'moved' | 'confirmed' | 'cancelled' | 'ended';

/** Decides which messages a change of a booking causes, and writes them in the transaction of the change. */
export type BookingNotifier = ReturnType<typeof createBookingNotifier>;

const nothingSent = { notified: false, follows: null };
const urgent = 0;
const lowPriority = 1;

export function createBookingNotifier(outbox: Outbox) {
  return {
    /** `booking` is the booking after the change. New reminders replace the previous ones. */
    async write(
      tx: Tx,
      change: BookingChange,
      {
        booking,
        shop,
        nowMs,
      }: { booking: BookingRecord; shop: ReminderPolicy & { noShowFollowUp: boolean }; nowMs: number },
    ): Promise<void> {
      // A change makes the unsent messages about earlier versions obsolete. A new booking has none.
      const { notified, follows } =
        change === 'booked' ? nothingSent : await outbox.supersede(tx, booking.id, nowMs);
      if (booking.email === null && (booking.phone === null || booking.channel !== 'sms')) return;
      const kind = kindOf(change, booking, notified);
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

/** A client who was not notified yet gets a message as for a new booking, and none if it is cancelled. */
function kindOf(change: BookingChange, booking: BookingRecord, notified: boolean): MessageKind | null {
  const asNew = booking.status === 'pending' ? 'request' : 'confirmation';
  switch (change) {
    case 'booked':
      return asNew;
    case 'moved':
      return notified ? 'reschedule' : asNew;
    case 'confirmed':
      return 'confirmation';
    case 'cancelled':
      return notified ? 'cancellation' : null;
    case 'ended':
      return null;
  }
}
