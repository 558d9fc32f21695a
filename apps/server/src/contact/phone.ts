import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import { problem } from '../http/problem.ts';

/** A telephone number as E.164. Numbers without a country code are read in `country`. Throws phone_invalid. */
export function toE164(phone: string, country: string): string {
  const home: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  const parsed = parsePhoneNumberFromString(phone, home);
  if (parsed?.isValid() !== true) {
    throw problem('phone_invalid', 'Write the number with its country code, such as +1 212 555 0123.', {
      errors: [{ field: '/phone', message: 'is not a valid telephone number' }],
    });
  }
  return parsed.number;
}

/** As toE164, for a value that may be absent. */
export function toE164OrNull(phone: string | null | undefined, country: string): string | null {
  return phone === null || phone === undefined ? null : toE164(phone, country);
}
