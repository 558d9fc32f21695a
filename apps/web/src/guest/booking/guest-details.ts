import type { BookingInput } from '@bookedbarber/contract';
import type { RegisterOptions } from 'react-hook-form';
import { ApiError } from '../../shared/api/problem.ts';
import { deviceZone } from '../../shared/time/zone.ts';

/** The values of the form fields. */
export interface GuestDetails {
  name: string;
  email: string;
  phone: string;
  note: string;
}

export const noDetails: GuestDetails = { name: '', email: '', phone: '', note: '' };

/** Same pattern as Name and Phone in the contract; a test compares them. */
export const namePattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,'’ʼ&+/·_-]*$/u;
export const phonePattern = /^\+?[0-9 ()./-]+$/;
/** Deliberately loose: the server validates, and a pattern cannot detect a mistyped address. */
export const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

const trimmed = (text: string): string => text.trim();

/** Validation rules with error messages. */
export const guestRules: { [Field in keyof GuestDetails]: RegisterOptions<GuestDetails, Field> } = {
  name: {
    validate: (text) => {
      if (trimmed(text) === '') return 'Enter your name.';
      if (trimmed(text).length > 120) return 'Use at most 120 characters.';
      return namePattern.test(trimmed(text)) || 'Use only letters, digits and punctuation of names.';
    },
  },
  email: {
    validate: (text) => {
      if (trimmed(text) === '') return 'Enter your email address.';
      if (trimmed(text).length > 254) return 'Use at most 254 characters.';
      return emailPattern.test(trimmed(text)) || 'Enter an email address such as sam@example.com.';
    },
  },
  phone: {
    validate: (text) => {
      const phone = trimmed(text);
      if (phone === '') return true;
      return (
        (phone.length >= 5 && phone.length <= 32 && phonePattern.test(phone)) ||
        'Enter a phone number, or leave this field empty.'
      );
    },
  },
  note: { maxLength: { value: 1000, message: 'Use at most 1000 characters.' } },
};

/** The request body for booking a held time. Omits empty optional fields. */
export function bookingInput(
  details: GuestDetails,
  holdId: string,
  zone: string | null = deviceZone(),
): BookingInput {
  const [phone, note] = [trimmed(details.phone), trimmed(details.note)];
  return {
    hold_id: holdId,
    client: {
      name: trimmed(details.name),
      email: trimmed(details.email),
      ...(phone === '' ? {} : { phone }),
      ...(zone === null ? {} : { preferences: { zone } }),
    },
    ...(note === '' ? {} : { note }),
  };
}

/** Validation errors of the server by form field. `others`: whether there are errors without a form field. */
export function fieldErrors(error: unknown): { fields: Partial<GuestDetails>; others: boolean } {
  const fields: Partial<GuestDetails> = {};
  if (!(error instanceof ApiError)) return { fields, others: true };
  let others = false;
  for (const { field, message } of error.problem.errors ?? []) {
    const name = fieldOfPointer[field];
    if (name) fields[name] ??= `Please check this: ${message}.`;
    else others = true;
  }
  if (error.is('phone_invalid')) fields.phone ??= 'This phone number is not valid.';
  return { fields, others: others || Object.keys(fields).length === 0 };
}

const fieldOfPointer: Partial<Record<string, keyof GuestDetails>> = {
  '/client/name': 'name',
  '/client/email': 'email',
  '/client/phone': 'phone',
  '/note': 'note',
};
