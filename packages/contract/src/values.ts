import { type Static, type TObject, type TProperties, Type } from 'typebox';

/** An object that refuses fields it does not know: a misspelt option is an error, never silently dropped. */
export function Strict<T extends TProperties>(
  properties: T,
  options: { description?: string } = {},
): TObject<T> {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** A server-made identifier (UUID). */
export const Id = Type.String({ format: 'uuid', description: 'Identifier made by the server' });

/** The name of a shop in addresses: lower-case letters, digits and hyphens. */
export const Slug = Type.String({
  minLength: 2,
  maxLength: 60,
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  description: 'Name used in addresses: lower-case letters, digits and hyphens',
});

/**
 * A name of a person, shop or service. Letters of any script, digits, spaces and the punctuation that names hold;
 * markup and code have no place in a name and are refused rather than cleaned.
 */
export const Name = Type.String({
  minLength: 1,
  maxLength: 120,
  pattern: "^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} .,'’ʼ&+/·_-]*$",
  description: "Letters of any script, digits, spaces and . , ' ’ & + / · _ -",
});

/**
 * Free text of a person: stored as written, shown only as text. Control characters other than line breaks are refused,
 * and halves of characters (lone surrogates), which could not be stored as written.
 */
export const Note = Type.String({
  maxLength: 1000,
  pattern: '^[^\\u0000-\\u0009\\u000B-\\u001F\\u007F\\p{Cs}]*$',
  description: 'Free text, at most 1000 characters',
});

/** Name of a record in another system: one line of any characters. */
export const Ref = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\p{Cc}\\p{Cs}]*$' });

export const Email = Type.String({ format: 'email', maxLength: 254 });

/** As a person types it; the server stores E.164. */
export const Phone = Type.String({
  minLength: 5,
  maxLength: 32,
  pattern: '^\\+?[0-9 ()./-]+$',
  description: 'Telephone number; numbers without a country code are read in the country of the shop',
});

/** IANA time zone, such as America/New_York. */
export const Zone = Type.String({ format: 'time-zone', maxLength: 64, description: 'IANA time zone' });

/** BCP 47 language tag, such as en or pt-BR. */
export const Language = Type.String({ maxLength: 35, pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$' });

/** ISO 3166-1 alpha-2 country. */
export const Country = Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' });

/** ISO 4217 currency. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' });

/** A calendar day in the shop's zone. */
export const LocalDate = Type.String({
  format: 'date',
  pattern: '^2\\d{3}-',
  description: 'Day in the zone of the shop, YYYY-MM-DD, from the year 2000 on',
});

/** RFC 3339 date and time; an offset is required, so that it names one instant. */
export const Instant = Type.String({
  format: 'date-time',
  pattern: '^2\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$',
  description: 'RFC 3339 with an offset, from the year 2000 on',
});

/** Whole cents (or the currency's smallest unit). */
export const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });

/** Minutes of wall time since the local midnight of the day a period begins on; up to 36 h, for shops open past midnight. */
export const MinuteOfDay = Type.Integer({ minimum: 0, maximum: 2160 });

/** Half-open period of wall time on one day: [starts_minute, ends_minute). */
export const DayPeriod = Strict({ starts_minute: MinuteOfDay, ends_minute: MinuteOfDay });
export type DayPeriod = Static<typeof DayPeriod>;

export const DayPeriods = Type.Array(DayPeriod, {
  maxItems: 12,
  description: 'Working periods of a day in minutes since local midnight; none means closed',
});
