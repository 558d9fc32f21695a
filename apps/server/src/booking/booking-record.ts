import type { BookingStatus } from '@bookedbarber/contract';
import type { Selectable } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { Executor } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';
import type { Tx } from '../database/transaction.ts';
import { problem } from '../http/problem.ts';

export type BookingSegmentRecord = {
  serviceId: string;
  serviceName: string;
  barberId: string;
  barberName: string;
  startMs: number;
  endMs: number;
  priceCents: number;
};

/** A booking with its segments in order. */
export type BookingRecord = Selectable<Database['booking']> & {
  status: BookingStatus;
  segments: BookingSegmentRecord[];
};

function selectBookings(executor: Executor) {
  return executor
    .selectFrom('booking')
    .selectAll('booking')
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('bookingSegment as segment')
          .innerJoin('service', 'service.id', 'segment.serviceId')
          .innerJoin('barber', 'barber.id', 'segment.barberId')
          .select([
            'segment.serviceId',
            'service.name as serviceName',
            'segment.barberId',
            'barber.name as barberName',
            'segment.startsAt',
            'segment.endsAt',
            'segment.priceCents',
          ])
          .whereRef('segment.bookingId', '=', 'booking.id')
          .orderBy('segment.position'),
      ).as('segmentRows'),
    );
}

type Row = Awaited<ReturnType<ReturnType<typeof selectBookings>['execute']>>[number];

function toRecord({ segmentRows, ...booking }: Row): BookingRecord {
  return {
    ...booking,
    segments: segmentRows.map(({ startsAt, endsAt, ...segment }) => ({
      ...segment,
      startMs: new Date(startsAt).getTime(),
      endMs: new Date(endsAt).getTime(),
    })),
  };
}

/** Also finds holds, which have the status `held`. Throws booking_not_found. */
export async function findBooking(executor: Executor, id: string): Promise<BookingRecord> {
  const row = await selectBookings(executor).where('booking.id', '=', id).executeTakeFirst();
  if (row === undefined) throw problem('booking_not_found');
  return toRecord(row);
}

/** Like findBooking, but locks the row until the transaction ends. */
export async function lockBooking(tx: Tx, id: string): Promise<BookingRecord> {
  await tx.selectFrom('booking').select('id').where('id', '=', id).forUpdate().execute();
  return findBooking(tx, id);
}

/** Bookings of a shop that start in [fromMs, toMs), without holds, ordered by start; at most 2,000. */
export async function listBookings(
  executor: Executor,
  shopId: string,
  fromMs: number,
  toMs: number,
): Promise<BookingRecord[]> {
  const rows = await selectBookings(executor)
    .where('booking.shopId', '=', shopId)
    .where('booking.status', '!=', 'held')
    .where('booking.startsAt', '>=', new Date(fromMs))
    .where('booking.startsAt', '<', new Date(toMs))
    .orderBy('booking.startsAt')
    .orderBy('booking.id')
    .limit(2000)
    .execute();
  return rows.map(toRecord);
}
