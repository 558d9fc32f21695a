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
import { reserve, writeSegments } from './reserve.ts';
import { resolveSegments } from './resolve-segments.ts';
import type { PlacedSegment, SegmentOption } from './segments.ts';

/** How long a chosen time is kept for a client who fills in the details. */
export const holdMinutes = 5;

/** Who asks. Staff are not bound by the notice that the shop wants of clients, but nobody may book a taken time. */
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
   * Turns ids into services and candidates. A booking that is `moved` keeps its services when they have left the menu.
   * Throws service_unknown, barber_unknown, barber_does_not_offer.
   */
  async function resolve(
    executor: Executor,
    shop: ShopRecord,
    requests: readonly SegmentRequest[],
    moved?: BookingRecord,
  ) {
    const kept = moved?.segments.map((segment) => segment.serviceId) ?? [];
    const services = await catalog.services(executor, shop.id, kept);
    const barbers = await staff.barbers(executor, shop.id);
    return resolveSegments(requests, services, barbers);
  }

  /** Throws off_grid, start_in_past, a notice problem, or slot_taken. */
  async function take(
    tx: Tx,
    shop: ShopRecord,
    segments: readonly SegmentOption[],
    start: { startMs: number; nowMs: number; actor: Actor },
    moved?: BookingRecord,
  ): Promise<PlacedSegment[]> {
    const { startMs, nowMs, actor } = start;
    checkStart(shop, startMs, nowMs);
    if (actor === 'guest') checkNotice(shop, startMs, nowMs);
    const placed = await reserve(tx, staff, {
      shop,
      segments,
      startMs,
      nowMs,
      ...(moved === undefined
        ? {}
        : { exceptBookingId: moved.id, alsoLock: moved.segments.map((segment) => segment.barberId) }),
    });
    if (placed === null) throw problem('slot_taken');
    return placed;
  }

  /**
   * The booking after a change, which people are told of, and caches forget, by the same transaction. `before`: times that
   * the booking had.
   */
  async function changed(
    tx: Tx,
    shop: ShopRecord,
    { id, change, nowMs }: { id: string; change: BookingChange; nowMs: number },
    before: readonly Interval[] = [],
  ): Promise<BookingRecord> {
    const booking = await findBooking(tx, id);
    await notifier.write(tx, change, { booking, shop, nowMs });
    await invalidate.bookedTime(tx, shop, [...before, ...booking.segments]);
    return booking;
  }

  return {
    resolve,
    segmentsOf,

    /** Keeps a time for holdMinutes. Throws as take. */
    async hold(
      tx: Tx,
      shop: ShopRecord,
      segments: readonly SegmentOption[],
      start: { startMs: number; nowMs: number; actor: Actor },
    ): Promise<BookingRecord> {
      const placed = await take(tx, shop, segments, start);
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
      await writeAsOne(tx, { id, shopId: shop.id, status: 'held' }, placed);
      await invalidate.bookedTime(tx, shop, placed);
      return findBooking(tx, id);
    },

    /** Gives a held time back. A hold that is gone is as good as released. */
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

    /** Makes a hold into a booking, or books a free time directly. Throws hold_expired, phone_invalid, and as take. */
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
        const taken = await tx
          .updateTable('booking')
          .set(details)
          .where('id', '=', input.hold_id)
          .where('shopId', '=', shop.id)
          .where('status', '=', 'held')
          .where('heldUntil', '>', new Date(start.nowMs))
          .returning('id')
          .executeTakeFirst();
        if (taken === undefined) throw problem('hold_expired', 'Choose the time again, or another one.');
        return changed(tx, shop, { id: taken.id, change: 'booked', nowMs: start.nowMs });
      }
      const placed = await take(tx, shop, segments ?? [], start);
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
      await writeAsOne(tx, { id, shopId: shop.id, status }, placed);
      return changed(tx, shop, { id, change: 'booked', nowMs: start.nowMs });
    },

    /**
     * Moves a booking; its id stays and its version goes up. Without `segments` the same services stay with the same
     * barbers. Throws booking_ended, too_late_to_change, version_conflict, and as take.
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
      const placed = await take(tx, shop, segments, { startMs, nowMs, actor }, before);
      // The barbers' locks come before the row's, here and in every booking, so that nobody waits in a circle.
      const booking = await lockBooking(tx, id);
      if (input.version !== undefined && input.version !== booking.version) throw problem('version_conflict');
      if (booking.version !== before.version) throw problem('version_conflict');
      const status = requireChangeable(shop, booking, nowMs, actor);
      await writeAsOne(tx, { id, shopId: shop.id, status }, placed);
      await tx
        .updateTable('booking')
        .set({ ...bookingTimes(placed), version: booking.version + 1 })
        .where('id', '=', id)
        .execute();
      return changed(tx, shop, { id, change: 'moved', nowMs }, before.segments);
    },

    /** Cancels; the time is free again at once. Cancelling what is cancelled changes nothing. */
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
      return changed(tx, shop, { id, change: 'cancelled', nowMs });
    },

    /** How the guest wants to be reached about this visit. The client's own record, which others may use, stays as it is. */
    async changePreferences(tx: Tx, id: string, change: PreferencesChange): Promise<BookingRecord> {
      const booking = await lockBooking(tx, id);
      const columns = preferenceColumns(change);
      if (Object.keys(columns).length === 0) return booking;
      await tx.updateTable('booking').set(columns).where('id', '=', id).execute();
      return findBooking(tx, id);
    },

    /** What staff say of a visit: confirmed before it, completed or no-show from its start on. Throws status_not_possible. */
    async settle(
      tx: Tx,
      shop: ShopRecord,
      id: string,
      status: 'confirmed' | 'completed' | 'no_show',
      nowMs: number,
    ): Promise<BookingRecord> {
      const booking = await lockBooking(tx, id);
      if (booking.status === status) return booking;
      const begun = booking.startsAt.getTime() <= nowMs;
      const possible =
        status === 'confirmed'
          ? booking.status === 'pending'
          : begun && ['pending', 'confirmed', 'completed', 'no_show'].includes(booking.status);
      if (!possible) {
        throw problem(
          'status_not_possible',
          `A booking that is ${booking.status} cannot become ${status} now.`,
        );
      }
      await tx
        .updateTable('booking')
        .set({ status, version: booking.version + 1 })
        .where('id', '=', id)
        .execute();
      return changed(tx, shop, { id, change: status === 'confirmed' ? 'confirmed' : 'ended', nowMs });
    },
  };
}

/** What the booking asks for as it stands: its services with its barbers. */
function segmentsOf(booking: BookingRecord): SegmentRequest[] {
  return booking.segments.map((segment) => ({ service_id: segment.serviceId, barber_id: segment.barberId }));
}

function bookingTimes(placed: readonly PlacedSegment[]): { startsAt: Date; endsAt: Date } {
  return {
    startsAt: new Date(Math.min(...placed.map((segment) => segment.startMs))),
    endsAt: new Date(Math.max(...placed.map((segment) => segment.endMs))),
  };
}

/** A visit that moves costs what it cost when it was booked. */
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

/** A writer that took no lock can still be there first: then the constraint speaks, and the time is taken. */
async function writeAsOne(...[tx, booking, placed]: Parameters<typeof writeSegments>): Promise<void> {
  try {
    await writeSegments(tx, booking, placed);
  } catch (error) {
    if (isExclusionViolation(error)) throw problem('slot_taken');
    throw error;
  }
}
