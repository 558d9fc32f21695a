import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import { problem } from '../http/problem.ts';

/**
 * Converts a phone number to E.164. `country` (ISO 3166-1 alpha-2) applies to numbers without a country code. Throws
 * phone_invalid.
 */
export function toE164(phone: string, country: string): string {
  const defaultCountry: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  const parsed = parsePhoneNumberFromString(phone, defaultCountry);
  if (parsed?.isValid() !== true) {
    throw problem('phone_invalid', 'Enter the number with its country code, such as +1 212 555 0123.', {
      errors: [{ field: '/phone', message: 'is not a valid phone number' }],
    });
  }
  return parsed.number;
}

/** Like toE164, but returns null for an absent number. */
export function toE164OrNull(phone: string | null | undefined, country: string): string | null {
  return phone === null || phone === undefined ? null : toE164(phone, country);
}
