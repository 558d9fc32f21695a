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

/** Makes a barber with services and week. Throws record_conflict (code) or service_unknown. Returns the id. */
export async function createBarber(tx: Tx, shopId: string, input: BarberInput): Promise<string> {
  const barber = await tx
    .insertInto('barber')
    .values({ shopId, code: input.code ?? null, name: input.name, email: input.email ?? null })
    .onConflict((conflict) => conflict.columns(['shopId', 'code']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (barber === undefined) throw problem('record_conflict', `A barber has the code ${input.code} already.`);
  await setServices(tx, shopId, barber.id, input.service_ids);
  if (input.schedule !== undefined) await setWeek(tx, barber.id, input.schedule);
  return barber.id;
}

/** Throws resource_not_found or service_unknown. A barber is never deleted: set them inactive. */
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

/** Throws resource_not_found, or invalid_request when the time off ends before it begins. */
export async function addTimeOff(tx: Tx, shopId: string, barberId: string, input: TimeOffInput) {
  await requireBarber(tx, shopId, barberId);
  const startsAt = new Date(input.starts_at);
  const endsAt = new Date(input.ends_at);
  if (endsAt <= startsAt) throw problem('invalid_request', 'The time off ends before it begins.');
  return tx
    .insertInto('timeOff')
    .values({ shopId, barberId, startsAt, endsAt, reason: input.reason ?? '' })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Sets what holds on one date for a barber, or for the shop; an override of that date is replaced. */
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

/** Removes a time off or an override of this shop. Throws resource_not_found. */
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
  if (result.numDeletedRows === 0n) throw problem('resource_not_found', 'The shop has no such record.');
}

async function requireBarber(tx: Tx, shopId: string, id: string): Promise<void> {
  const barber = await tx
    .selectFrom('barber')
    .select('id')
    .where('shopId', '=', shopId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (barber === undefined) throw problem('resource_not_found', 'The shop has no such barber.');
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
      throw problem('service_unknown', 'One of service_ids is not of this shop.');
    throw error;
  }
}

async function setWeek(tx: Tx, barberId: string, week: WeeklySchedule): Promise<void> {
  if (new Set(week.map((day) => day.weekday)).size < week.length) {
    throw problem('invalid_request', 'A weekday is named twice in the schedule.');
  }
  await tx.deleteFrom('weeklySchedule').where('barberId', '=', barberId).execute();
  const rows = week
    .filter((day) => day.periods.length > 0)
    .map((day) => ({ barberId, weekday: day.weekday, periods: toMultirange(day.periods) }));
  if (rows.length > 0) await tx.insertInto('weeklySchedule').values(rows).execute();
}
