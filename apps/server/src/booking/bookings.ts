import type {
  BookingInput,
  PreferencesChange,
  RescheduleInput,
  SegmentRequest,
} from '@bookedbarber/contract';
import type { Catalog, ShopRecord } from '../catalog/catalog.ts';
import type { Clients } from '../clients/clients.ts';
import { toE164OrNull } from '../contact/phone.ts';
import { preferenceColumns } from '../contact/preferences.ts';
import type { Executor } from '../database/connect.ts';
import { isExclusionViolation } from '../database/errors.ts';
import type { Tx } from '../database/transaction.ts';
import { problem } from '../http/problem.ts';
import type { BookingChange, BookingNotifier } from '../notifications/booking-messages.ts';
import type { Invalidate } from '../read-models/invalidate.ts';
import type { Staff } from '../staff/staff.ts';
import type { Interval } from '../time/intervals.ts';
import { minuteMs } from '../time/wall-time.ts';
import { changeDeadline, checkNotice, checkStart } from './availability/policy.ts';
import { type BookingRecord, findBooking, lockBooking } from './booking-record.ts';
import { requireWorkingTime } from './held-time.ts';
import { reserve, writeSegments } from './reserve.ts';
import { resolveSegments } from './resolve-segments.ts';
import type { PlacedSegment, SegmentOption } from './segments.ts';

/** How long a hold reserves a time while the client fills in the details. */
export const holdMinutes = 5;

/** Who makes the request. The shop's notice rules apply to guests only. Neither may book a taken time. */
export type Actor = 'guest' | 'staff';

export type BookingDependencies = {
  catalog: Catalog;
  staff: Staff;
  clients: Clients;
  notifier: BookingNotifier;
  invalidate: Invalidate;
};

export function createBookings({ catalog, staff, clients, notifier, invalidate }: BookingDependencies) {
  /**
   * Resolves ids to services and candidate barbers. When rescheduling `existing`, its services are allowed even if they
   * are no longer active. Throws service_unknown, barber_unknown, barber_does_not_offer.
   */
  async function resolve(
    executor: Executor,
    shop: ShopRecord,
    requests: readonly SegmentRequest[],
    existing?: BookingRecord,
  ) {
    const existingServiceIds = existing?.segments.map((segment) => segment.serviceId) ?? [];
    const services = await catalog.services(executor, shop.id, existingServiceIds);
    const barbers = await staff.barbers(executor, shop.id);
    return resolveSegments(requests, services, barbers);
  }

  /** Throws off_grid, start_in_past, a notice problem, or slot_taken. */
  async function reserveTime(
    tx: Tx,
    shop: ShopRecord,
    segments: readonly SegmentOption[],
    start: { startMs: number; nowMs: number; actor: Actor },
    existing?: BookingRecord,
  ): Promise<PlacedSegment[]> {
    const { startMs, nowMs, actor } = start;
    checkStart(shop, startMs, nowMs);
    if (actor === 'guest') checkNotice(shop, startMs, nowMs);
    const placed = await reserve(tx, staff, {
      shop,
      segments,
      startMs,
      nowMs,
      ...(existing === undefined
        ? {}
        : { exceptBookingId: existing.id, alsoLock: existing.segments.map((segment) => segment.barberId) }),
    });
    if (placed === null) throw problem('slot_taken');
    return placed;
  }

  /** Reads the changed booking and publishes its change. */
  async function publishChange(
    tx: Tx,
    shop: ShopRecord,
    { id, change, nowMs }: { id: string; change: BookingChange; nowMs: number },
    before: readonly Interval[] = [],
  ): Promise<BookingRecord> {
    return publish(tx, shop, { booking: await findBooking(tx, id), change, nowMs }, before);
  }

  /**
   * Writes the notifications and the cache invalidation of a change in the same transaction, and returns the changed
   * booking. `before`: the times of the booking before the change.
   */
  async function publish(
    tx: Tx,
    shop: ShopRecord,
    { booking, change, nowMs }: { booking: BookingRecord; change: BookingChange; nowMs: number },
    before: readonly Interval[] = [],
  ): Promise<BookingRecord> {
    await notifier.write(tx, change, { booking, shop, nowMs });
    await invalidate.bookedTime(tx, shop, [...before, ...booking.segments]);
    return booking;
  }

  return {
    resolve,
    segmentsOf,

    /** Reserves a time for holdMinutes. Throws the same problems as reserveTime. */
    async hold(
      tx: Tx,
      shop: ShopRecord,
      segments: readonly SegmentOption[],
      start: { startMs: number; nowMs: number; actor: Actor },
    ): Promise<BookingRecord> {
      const placed = await reserveTime(tx, shop, segments, start);
      const { id } = await tx
        .insertInto('booking')
        .values({
          shopId: shop.id,
          status: 'held',
          source: start.actor,
          ...bookingTimes(placed),
          heldUntil: new Date(start.nowMs + holdMinutes * minuteMs),
          createdAt: new Date(start.nowMs),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await writeOrConflict(tx, { id, shopId: shop.id, status: 'held' }, placed);
      await invalidate.bookedTime(tx, shop, placed);
      return findBooking(tx, id);
    },

    /** Releases a held time. Does nothing if the hold no longer exists. */
    async release(tx: Tx, shop: ShopRecord, holdId: string): Promise<void> {
      const released = await tx
        .deleteFrom('booking')
        .where('id', '=', holdId)
        .where('shopId', '=', shop.id)
        .where('status', '=', 'held')
        .returning(['startsAt', 'endsAt'])
        .executeTakeFirst();
      if (released === undefined) return;
      const { startsAt, endsAt } = released;
      await invalidate.bookedTime(tx, shop, [{ startMs: startsAt.getTime(), endMs: endsAt.getTime() }]);
    },

    /**
     * Converts a hold to a booking, or books a free time directly. Throws hold_expired, phone_invalid, and the same
     * problems as reserveTime; for a hold also the problems of resolve, if its barber has left since.
     */
    async book(
      tx: Tx,
      shop: ShopRecord,
      input: BookingInput,
      segments: readonly SegmentOption[] | null,
      start: { startMs: number; nowMs: number; actor: Actor },
    ): Promise<BookingRecord> {
      const phone = toE164OrNull(input.client.phone, shop.country);
      const status = shop.requiresApproval && start.actor === 'guest' ? 'pending' : 'confirmed';
      const clientId = await clients.findOrCreate(tx, shop.organisationId, { ...input.client, phone });
      const details = {
        clientId,
        status,
        name: input.client.name,
        email: input.client.email,
        phone,
        note: input.note ?? '',
        ...preferenceColumns(input.client.preferences ?? {}),
        heldUntil: null,
      } as const;
      if (input.hold_id !== undefined) {
        const converted = await tx
          .updateTable('booking')
          .set(details)
          .where('id', '=', input.hold_id)
          .where('shopId', '=', shop.id)
          .where('status', '=', 'held')
          .where('heldUntil', '>', new Date(start.nowMs))
          .returning('id')
          .executeTakeFirst();
        if (converted === undefined) throw problem('hold_expired', 'Choose the time again, or another one.');
        const booking = await findBooking(tx, converted.id);
        // Since the hold, a barber may have left, or time off may have been entered.
        await resolve(tx, shop, segmentsOf(booking), booking);
        await requireWorkingTime(tx, staff, shop, booking);
        return publish(tx, shop, { booking, change: 'booked', nowMs: start.nowMs });
      }
      const placed = await reserveTime(tx, shop, segments ?? [], start);
      const { id } = await tx
        .insertInto('booking')
        .values({
          ...details,
          shopId: shop.id,
          source: start.actor,
          ...bookingTimes(placed),
          createdAt: new Date(start.nowMs),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await writeOrConflict(tx, { id, shopId: shop.id, status }, placed);
      return publishChange(tx, shop, { id, change: 'booked', nowMs: start.nowMs });
    },

    /**
     * Reschedules a booking. The id stays the same and the version increases. Without `segments`, the services and
     * barbers stay the same. Throws booking_ended, too_late_to_change, version_conflict, and the same problems as
     * reserveTime.
     */
    async reschedule(
      tx: Tx,
      shop: ShopRecord,
      id: string,
      input: RescheduleInput,
      { nowMs, actor }: { nowMs: number; actor: Actor },
    ): Promise<BookingRecord> {
      const before = await findBooking(tx, id);
      requireChangeable(shop, before, nowMs, actor);
      const requests = input.segments ?? segmentsOf(before);
      const segments = keepPrices(await resolve(tx, shop, requests, before), before);
      const startMs = Date.parse(input.start);
      const placed = await reserveTime(tx, shop, segments, { startMs, nowMs, actor }, before);
      // Every booking locks the barbers before the booking row. One lock order prevents deadlocks.
      const booking = await lockBooking(tx, id);
      if (input.version !== undefined && input.version !== booking.version) throw problem('version_conflict');
      if (booking.version !== before.version) throw problem('version_conflict');
      const status = requireChangeable(shop, booking, nowMs, actor);
      await writeOrConflict(tx, { id, shopId: shop.id, status }, placed);
      await tx
        .updateTable('booking')
        .set({ ...bookingTimes(placed), version: booking.version + 1 })
        .where('id', '=', id)
        .execute();
      return publishChange(tx, shop, { id, change: 'moved', nowMs }, before.segments);
    },

    /** Cancels a booking and frees its time. Does nothing if the booking is already cancelled. */
    async cancel(
      tx: Tx,
      shop: ShopRecord,
      id: string,
      reason: string | undefined,
      { nowMs, actor }: { nowMs: number; actor: Actor },
    ): Promise<BookingRecord> {
      const booking = await lockBooking(tx, id);
      if (booking.status === 'cancelled') return booking;
      requireChangeable(shop, booking, nowMs, actor);
      await tx
        .updateTable('booking')
        .set({
          status: 'cancelled',
          cancelledAt: new Date(nowMs),
          cancelReason: reason ?? null,
          version: booking.version + 1,
        })
        .where('id', '=', id)
        .execute();
      return publishChange(tx, shop, { id, change: 'cancelled', nowMs });
    },

    /** Changes the contact preferences of this booking only. The client record stays the same. */
    async updatePreferences(tx: Tx, id: string, change: PreferencesChange): Promise<BookingRecord> {
      const booking = await lockBooking(tx, id);
      const columns = preferenceColumns(change);
      if (Object.keys(columns).length === 0) return booking;
      await tx.updateTable('booking').set(columns).where('id', '=', id).execute();
      return findBooking(tx, id);
    },

    /**
     * Sets the status on behalf of staff: from pending to confirmed at any time, and to completed or no_show from the
     * start on. Throws status_not_possible.
     */
    async setStatus(
      tx: Tx,
      shop: ShopRecord,
      id: string,
      status: 'confirmed' | 'completed' | 'no_show',
      nowMs: number,
    ): Promise<BookingRecord> {
      const booking = await lockBooking(tx, id);
      if (booking.status === status) return booking;
      const started = booking.startsAt.getTime() <= nowMs;
      const possible =
        status === 'confirmed'
          ? booking.status === 'pending'
          : started && ['pending', 'confirmed', 'completed', 'no_show'].includes(booking.status);
      if (!possible) {
        throw problem('status_not_possible', `A ${booking.status} booking cannot change to ${status} now.`);
      }
      await tx
        .updateTable('booking')
        .set({ status, version: booking.version + 1 })
        .where('id', '=', id)
        .execute();
      return publishChange(tx, shop, { id, change: status === 'confirmed' ? 'confirmed' : 'ended', nowMs });
    },
  };
}

/** The current services and barbers of a booking, as a request. */
function segmentsOf(booking: BookingRecord): SegmentRequest[] {
  return booking.segments.map((segment) => ({ service_id: segment.serviceId, barber_id: segment.barberId }));
}

function bookingTimes(placed: readonly PlacedSegment[]): { startsAt: Date; endsAt: Date } {
  return {
    startsAt: new Date(Math.min(...placed.map((segment) => segment.startMs))),
    endsAt: new Date(Math.max(...placed.map((segment) => segment.endMs))),
  };
}

/** Services that were already booked keep their booked price. */
function keepPrices(segments: readonly SegmentOption[], before: BookingRecord): SegmentOption[] {
  return segments.map((segment) => {
    const same = before.segments.find((old) => old.serviceId === segment.serviceId);
    return same === undefined ? segment : { ...segment, priceCents: same.priceCents };
  });
}

function requireChangeable(
  shop: ShopRecord,
  booking: BookingRecord,
  nowMs: number,
  actor: Actor,
): 'pending' | 'confirmed' {
  const { status } = booking;
  if (status !== 'pending' && status !== 'confirmed') throw problem('booking_ended');
  if (actor === 'guest' && changeDeadline(shop, booking.startsAt.getTime(), nowMs) === null) {
    throw problem('too_late_to_change', 'Please call the shop.');
  }
  return status;
}

/**
 * Throws slot_taken if a writer without the advisory lock booked the time first: the exclusion constraint rejects it.
 */
async function writeOrConflict(...[tx, booking, placed]: Parameters<typeof writeSegments>): Promise<void> {
  try {
    await writeSegments(tx, booking, placed);
  } catch (error) {
    if (isExclusionViolation(error)) throw problem('slot_taken');
    throw error;
  }
}
