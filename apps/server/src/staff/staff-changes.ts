import type {
  BarberChange,
  BarberInput,
  DateOverrideInput,
  TimeOffInput,
  WeeklySchedule,
} from '@bookedbarber/contract';
import { toMultirange } from '../database/day-periods.ts';
import { isForeignKeyViolation } from '../database/errors.ts';
import type { Tx } from '../database/transaction.ts';
import { problem } from '../http/problem.ts';

/**
 * Creates a barber and returns the id. Throws record_conflict if the code exists, service_unknown, or invalid_request.
 */
export async function createBarber(tx: Tx, shopId: string, input: BarberInput): Promise<string> {
  const barber = await tx
    .insertInto('barber')
    .values({ shopId, code: input.code ?? null, name: input.name, email: input.email ?? null })
    .onConflict((conflict) => conflict.columns(['shopId', 'code']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (barber === undefined) throw problem('record_conflict', `Another barber has the code ${input.code}.`);
  await setServices(tx, shopId, barber.id, input.service_ids);
  if (input.schedule !== undefined) await setWeek(tx, barber.id, input.schedule);
  return barber.id;
}

/**
 * Throws resource_not_found, service_unknown or invalid_request. Barbers are never deleted; deactivate them instead.
 */
export async function changeBarber(tx: Tx, shopId: string, id: string, change: BarberChange): Promise<void> {
  const { name, email, active } = change;
  const columns = {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(active === undefined ? {} : { active }),
  };
  await requireBarber(tx, shopId, id);
  if (Object.keys(columns).length > 0) {
    await tx.updateTable('barber').set(columns).where('id', '=', id).execute();
  }
  if (change.service_ids !== undefined) await setServices(tx, shopId, id, change.service_ids);
  if (change.schedule !== undefined) await setWeek(tx, id, change.schedule);
}

/** Throws resource_not_found, or invalid_request if the time off does not end after its start. */
export async function addTimeOff(tx: Tx, shopId: string, barberId: string, input: TimeOffInput) {
  await requireBarber(tx, shopId, barberId);
  const startsAt = new Date(input.starts_at);
  const endsAt = new Date(input.ends_at);
  if (endsAt <= startsAt) throw problem('invalid_request', 'Time off must end after it starts.');
  return tx
    .insertInto('timeOff')
    .values({ shopId, barberId, startsAt, endsAt, reason: input.reason ?? '' })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * Sets the override of a date for a barber or for the shop, and replaces an existing one. Throws resource_not_found.
 */
export async function setDateOverride(tx: Tx, shopId: string, input: DateOverrideInput) {
  const barberId = input.barber_id ?? null;
  if (barberId !== null) await requireBarber(tx, shopId, barberId);
  await tx
    .deleteFrom('dateOverride')
    .where('shopId', '=', shopId)
    .where('date', '=', input.date)
    .where('barberId', barberId === null ? 'is' : '=', barberId)
    .execute();
  return tx
    .insertInto('dateOverride')
    .values({
      shopId,
      barberId,
      date: input.date,
      periods: toMultirange(input.periods),
      reason: input.reason ?? '',
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Deletes a time off or a date override of this shop. Throws resource_not_found. */
export async function remove(
  tx: Tx,
  table: 'timeOff' | 'dateOverride',
  shopId: string,
  id: string,
): Promise<void> {
  const result = await tx
    .deleteFrom(table)
    .where('shopId', '=', shopId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (result.numDeletedRows === 0n)
    throw problem('resource_not_found', 'The shop does not have this record.');
}

async function requireBarber(tx: Tx, shopId: string, id: string): Promise<void> {
  const barber = await tx
    .selectFrom('barber')
    .select('id')
    .where('shopId', '=', shopId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (barber === undefined) throw problem('resource_not_found', 'The shop does not have this barber.');
}

async function setServices(
  tx: Tx,
  shopId: string,
  barberId: string,
  serviceIds: readonly string[],
): Promise<void> {
  await tx.deleteFrom('barberService').where('barberId', '=', barberId).execute();
  if (serviceIds.length === 0) return;
  const rows = [...new Set(serviceIds)].map((serviceId) => ({ shopId, barberId, serviceId }));
  try {
    await tx.insertInto('barberService').values(rows).execute();
  } catch (error) {
    if (isForeignKeyViolation(error))
      throw problem('service_unknown', 'An id in service_ids does not belong to this shop.');
    throw error;
  }
}

async function setWeek(tx: Tx, barberId: string, week: WeeklySchedule): Promise<void> {
  if (new Set(week.map((day) => day.weekday)).size < week.length) {
    throw problem('invalid_request', 'The schedule must list each weekday at most once.');
  }
  await tx.deleteFrom('weeklySchedule').where('barberId', '=', barberId).execute();
  const rows = week
    .filter((day) => day.periods.length > 0)
    .map((day) => ({ barberId, weekday: day.weekday, periods: toMultirange(day.periods) }));
  if (rows.length > 0) await tx.insertInto('weeklySchedule').values(rows).execute();
}
