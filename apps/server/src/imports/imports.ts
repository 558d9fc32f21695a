import type { ImportResult, ImportRow } from '@bookedbarber/contract';
import type { Catalog, ShopRecord } from '../catalog/catalog.ts';
import type { Tx } from '../database/transaction.ts';
import type { Staff } from '../staff/staff.ts';
import { minuteMs, wallInstant } from '../time/wall-time.ts';

/** Takes the book of another system: visits that are over, with how they ended. They block nobody's time any more. */
export function createImports({ catalog, staff }: { catalog: Catalog; staff: Staff }) {
  return {
    /** Writes what is new; a row whose ref is there already is skipped, so the same book can be sent again. */
    async import(tx: Tx, shop: ShopRecord, rows: readonly ImportRow[], nowMs: number): Promise<ImportResult> {
      const known = await knownRefs(tx, shop.id, rows);
      const services = new Set((await catalog.services(tx, shop.id)).map((service) => service.id));
      const barbers = new Set((await staff.barbers(tx, shop.id, 'all')).map((barber) => barber.id));
      const refused: ImportResult['rejected'] = [];
      const fresh: TimedRow[] = [];
      const seen = new Set(known);
      let skipped = 0;
      for (const row of rows) {
        const timed = withTimes(shop.zone, row);
        const reason = !services.has(row.service_id)
          ? 'The shop has no such service.'
          : !barbers.has(row.barber_id)
            ? 'The shop has no such barber.'
            : timed.startMs > nowMs && row.status !== 'cancelled'
              ? 'The visit is not over yet.'
              : null;
        if (seen.has(row.ref)) skipped += 1;
        else if (reason !== null) refused.push({ ref: row.ref, reason });
        else fresh.push(timed);
        seen.add(row.ref);
      }
      const clientIds = await findOrCreateClients(tx, shop.organisationId, fresh);
      for (const visit of groupByVisit(fresh)) await writeVisit(tx, shop, visit, clientIds);
      return { imported: fresh.length, skipped, rejected: refused };
    },
  };
}

type TimedRow = ImportRow & { startMs: number; endMs: number };

function withTimes(zone: string, row: ImportRow): TimedRow {
  const startMs = wallInstant(zone, row.date, row.starts_minute, 'opens');
  return { ...row, startMs, endMs: startMs + row.duration_minutes * minuteMs };
}

async function knownRefs(tx: Tx, shopId: string, rows: readonly ImportRow[]): Promise<Set<string>> {
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

/** Ids of the clients by their ref. */
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

function groupByVisit(rows: readonly TimedRow[]): TimedRow[][] {
  const visits = new Map<string, TimedRow[]>();
  for (const row of rows) {
    const key = `${row.booking_ref}\n${row.status}`;
    visits.set(key, [...(visits.get(key) ?? []), row]);
  }
  return [...visits.values()].map((visit) => visit.sort((a, b) => a.startMs - b.startMs));
}

async function writeVisit(
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

/** The source knows the day only: its noon stands for it. Some books cancel after the visit; that is kept as it is. */
function cancelledAt(zone: string, row: TimedRow, startMs: number): Date {
  return new Date(
    row.cancelled_on === undefined ? startMs : wallInstant(zone, row.cancelled_on, 720, 'opens'),
  );
}
