import { BarberInput, LocalDate, Note, ServiceInput, ShopInput, Strict } from '@bookedbarber/contract';
import { type Static, Type } from 'typebox';
import type { BarberPlan, ShopPlan } from '../setup/shop-plan.ts';
import { staffCode } from '../setup/staff-code.ts';
import { parseHours } from './opening-hours.ts';

/** A barber as written in a file: services by code, hours as people write them. */
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

/** A whole shop in one file. `shop create --example` prints one. */
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

/** A file of which flags give the rest. */
export const ShopDraft = Type.Partial(ShopFile, { additionalProperties: false });
export type ShopDraft = Static<typeof ShopDraft>;

/** The plan in a file that fits the schema. Throws Error, naming the place in the file, for what the schema cannot see. */
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

function toBarber(entry: BarberEntry, place: string): BarberPlan {
  return {
    code: entry.code ?? staffCode(entry.name),
    name: entry.name,
    ...(entry.email === undefined ? {} : { email: entry.email }),
    serviceCodes: entry.services ?? 'all',
    schedule: hoursOf(entry, place),
  };
}

function hoursOf(entry: BarberEntry, place: string): BarberPlan['schedule'] {
  try {
    return parseHours(entry.hours ?? {});
  } catch (error) {
    throw new Error(`${place}.hours: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function rejectDuplicates(list: string, codes: readonly string[]): void {
  const twin = codes.find((code, index) => codes.indexOf(code) !== index);
  if (twin !== undefined) throw new Error(`${list}: the code ${twin} stands there twice`);
}
