import { type Static, Type } from 'typebox';
import { Cents, Id, LocalDate, Name, Ref, Strict } from './values.ts';

/** One past or future service from another booking system, in the local time of the shop. */
export const ImportRow = Strict({
  ref: Type.String({
    ...Ref,
    description: 'Id of the row in its source; rows with a known ref are skipped',
  }),
  booking_ref: Type.String({
    ...Ref,
    description: 'Rows with the same booking_ref and status become one booking',
  }),
  client_ref: Ref,
  client_name: Name,
  barber_id: Id,
  service_id: Id,
  date: LocalDate,
  starts_minute: Type.Integer({ minimum: 0, maximum: 1439 }),
  duration_minutes: Type.Integer({ minimum: 1, maximum: 1440 }),
  price_cents: Cents,
  status: Type.Union([Type.Literal('completed'), Type.Literal('no_show'), Type.Literal('cancelled')]),
  cancelled_on: Type.Optional(LocalDate),
});
export type ImportRow = Static<typeof ImportRow>;

export const ImportInput = Strict({ rows: Type.Array(ImportRow, { minItems: 1, maxItems: 500 }) });
export type ImportInput = Static<typeof ImportInput>;

export const ImportResult = Strict({
  imported: Type.Integer({ description: 'Number of imported rows' }),
  skipped: Type.Integer({ description: 'Number of rows that already existed' }),
  rejected: Type.Array(Strict({ ref: Type.String(), reason: Type.String() })),
});
export type ImportResult = Static<typeof ImportResult>;
