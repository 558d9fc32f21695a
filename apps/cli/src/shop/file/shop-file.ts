import { BarberInput, LocalDate, Note, ServiceInput, ShopInput, Strict } from '@bookedbarber/contract';
import { type Static, Type } from 'typebox';
import type { BarberPlan, ShopPlan } from '../setup/shop-plan.ts';
import { staffCode } from '../setup/staff-code.ts';
import { parseHours } from './opening-hours.ts';

/** A barber in a file: services by code, hours as in `parseHours`. */
export const BarberEntry = Strict({
  code: BarberInput.properties.code,
  name: BarberInput.properties.name,
  email: BarberInput.properties.email,
  services: Type.Optional(Type.Array(Type.String(), { maxItems: 500 })),
  hours: Type.Optional(Type.Record(Type.String(), Type.String())),
});
export type BarberEntry = Static<typeof BarberEntry>;

export const BarberEntries = Type.Array(BarberEntry, { maxItems: 500 });
export const ServiceEntries = Type.Array(ServiceInput, { maxItems: 500 });

/** A complete shop in one file. `shop create --example` prints one. */
export const ShopFile = Strict({
  ...ShopInput.properties,
  organisation: Type.Optional(ShopInput.properties.organisation),
  services: Type.Optional(ServiceEntries),
  barbers: Type.Optional(BarberEntries),
  closed: Type.Optional(
    Type.Array(Strict({ date: LocalDate, reason: Type.Optional(Note) }), { maxItems: 366 }),
  ),
});
export type ShopFile = Static<typeof ShopFile>;

/** A shop file without some fields, which flags provide. */
export const ShopDraft = Type.Partial(ShopFile, { additionalProperties: false });
export type ShopDraft = Static<typeof ShopDraft>;

/** Converts a valid file to a plan. Throws Error, with the field path, for errors that the schema cannot detect. */
export function toPlan(file: ShopFile): ShopPlan {
  const { services = [], barbers = [], closed = [], organisation, ...shop } = file;
  rejectDuplicates(
    'services',
    services.map((service) => service.code),
  );
  const plans = barbers.map((barber, index) => toBarber(barber, `barbers[${index}]`));
  rejectDuplicates(
    'barbers',
    plans.map((barber) => barber.code),
  );
  return {
    shop: { organisation: organisation ?? { slug: shop.slug, name: shop.name }, ...shop },
    services,
    barbers: plans,
    closedDays: closed.map(({ date, reason = '' }) => ({ date, reason })),
  };
}

function toBarber(entry: BarberEntry, path: string): BarberPlan {
  return {
    code: entry.code ?? staffCode(entry.name),
    name: entry.name,
    ...(entry.email === undefined ? {} : { email: entry.email }),
    serviceCodes: entry.services ?? 'all',
    schedule: hoursOf(entry, path),
  };
}

function hoursOf(entry: BarberEntry, path: string): BarberPlan['schedule'] {
  try {
    return parseHours(entry.hours ?? {});
  } catch (error) {
    throw new Error(`${path}.hours: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function rejectDuplicates(list: string, codes: readonly string[]): void {
  const duplicate = codes.find((code, index) => codes.indexOf(code) !== index);
  if (duplicate !== undefined) throw new Error(`${list}: the code ${duplicate} occurs twice`);
}
