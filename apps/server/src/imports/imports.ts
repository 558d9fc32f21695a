import type { ImportResult, ImportRow } from '@bookedbarber/contract';
import type { Catalog, ShopRecord } from '../catalog/catalog.ts';
import type { Tx } from '../database/transaction.ts';
import type { Staff } from '../staff/staff.ts';
import { minuteMs, wallInstant } from '../time/wall-time.ts';

/** Imports past bookings of another system with their final status. They do not block any time. */
export function createImports({ catalog, staff }: { catalog: Catalog; staff: Staff }) {
  return {
    /** Skips rows whose ref was imported before, so the same rows can be sent again. */
    async import(tx: Tx, shop: ShopRecord, rows: readonly ImportRow[], nowMs: number): Promise<ImportResult> {
      const importedRefs = await findImportedRefs(tx, shop.id, rows);
      const serviceIds = rows.map((row) => row.service_id);
      const services = new Set(
        (await catalog.services(tx, shop.id, serviceIds)).map((service) => service.id),
      );
      const barbers = new Set((await staff.barbers(tx, shop.id, 'all')).map((barber) => barber.id));
      const rejected: ImportResult['rejected'] = [];
      const accepted: TimedRow[] = [];
      const seenRefs = new Set(importedRefs);
      let skipped = 0;
      for (const row of rows) {
        const timed = withTimes(shop.zone, row);
        const reason = !services.has(row.service_id)
          ? 'The shop does not have this service.'
          : !barbers.has(row.barber_id)
            ? 'The shop does not have this barber.'
            : timed.startMs > nowMs && row.status !== 'cancelled'
              ? 'The booking has not started yet.'
              : null;
        if (seenRefs.has(row.ref)) skipped += 1;
        else if (reason !== null) rejected.push({ ref: row.ref, reason });
        else accepted.push(timed);
        seenRefs.add(row.ref);
      }
      const clientIds = await findOrCreateClients(tx, shop.organisationId, accepted);
      for (const booking of groupByBooking(accepted)) await writeBooking(tx, shop, booking, clientIds);
      return { imported: accepted.length, skipped, rejected };
    },
  };
}

type TimedRow = ImportRow & { startMs: number; endMs: number };

function withTimes(zone: string, row: ImportRow): TimedRow {
  const startMs = wallInstant(zone, row.date, row.starts_minute, 'opens');
  return { ...row, startMs, endMs: startMs + row.duration_minutes * minuteMs };
}

async function findImportedRefs(tx: Tx, shopId: string, rows: readonly ImportRow[]): Promise<Set<string>> {
  const found = await tx
    .selectFrom('bookingSegment')
    .select('ref')
    .where('shopId', '=', shopId)
    .where(
      'ref',
      'in',
      rows.map((row) => row.ref),
    )
    .execute();
  return new Set(found.flatMap((row) => (row.ref === null ? [] : [row.ref])));
}

/** Client ids by ref. */
async function findOrCreateClients(
  tx: Tx,
  organisationId: string,
  rows: readonly ImportRow[],
): Promise<Map<string, string>> {
  const names = new Map(rows.map((row) => [row.client_ref, row.client_name]));
  if (names.size === 0) return new Map();
  await tx
    .insertInto('client')
    .values([...names].map(([ref, name]) => ({ organisationId, ref, name, channel: 'none' as const })))
    .onConflict((conflict) => conflict.columns(['organisationId', 'ref']).doNothing())
    .execute();
  const clients = await tx
    .selectFrom('client')
    .select(['id', 'ref'])
    .where('organisationId', '=', organisationId)
    .where('ref', 'in', [...names.keys()])
    .execute();
  return new Map(clients.flatMap((client) => (client.ref === null ? [] : [[client.ref, client.id]])));
}

function groupByBooking(rows: readonly TimedRow[]): TimedRow[][] {
  const bookings = new Map<string, TimedRow[]>();
  for (const row of rows) {
    const key = `${row.booking_ref}\n${row.status}`;
    bookings.set(key, [...(bookings.get(key) ?? []), row]);
  }
  return [...bookings.values()].map((booking) => booking.sort((a, b) => a.startMs - b.startMs));
}

async function writeBooking(
  tx: Tx,
  shop: ShopRecord,
  rows: readonly TimedRow[],
  clientIds: ReadonlyMap<string, string>,
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const startMs = Math.min(...rows.map((row) => row.startMs));
  const { id } = await tx
    .insertInto('booking')
    .values({
      shopId: shop.id,
      clientId: clientIds.get(first.client_ref) ?? null,
      status: first.status,
      source: 'import',
      name: first.client_name,
      startsAt: new Date(startMs),
      endsAt: new Date(Math.max(...rows.map((row) => row.endMs))),
      cancelledAt: first.status === 'cancelled' ? cancelledAt(shop.zone, first, startMs) : null,
      createdAt: new Date(startMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('bookingSegment')
    .values(
      rows.map((row, position) => ({
        bookingId: id,
        position,
        shopId: shop.id,
        status: row.status,
        barberId: row.barber_id,
        serviceId: row.service_id,
        startsAt: new Date(row.startMs),
        endsAt: new Date(row.endMs),
        blocked: `[${new Date(row.startMs).toISOString()},${new Date(row.endMs).toISOString()})`,
        priceCents: row.price_cents,
        ref: row.ref,
      })),
    )
    .execute();
}

/** The source has only the date of a cancellation, so use noon. The date may be after the start of the booking. */
function cancelledAt(zone: string, row: TimedRow, startMs: number): Date {
  return new Date(
    row.cancelled_on === undefined ? startMs : wallInstant(zone, row.cancelled_on, 720, 'opens'),
  );
}
