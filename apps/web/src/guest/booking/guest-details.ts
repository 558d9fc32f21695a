import type { BookingInput } from '@bookedbarber/contract';
import type { RegisterOptions } from 'react-hook-form';
import { ApiError } from '../../shared/api/problem.ts';
import { deviceZone } from '../../shared/time/zone.ts';

/** The fields of the form as typed. */
export interface GuestDetails {
  name: string;
  email: string;
  phone: string;
  note: string;
}

export const noDetails: GuestDetails = { name: '', email: '', phone: '', note: '' };

/** As in the contract's Name, Phone and Note; a test holds them together. */
export const namePattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,'’ʼ&+/·_-]*$/u;
export const phonePattern = /^\+?[0-9 ()./-]+$/;
/** Rough on purpose: the server knows better, and a mistyped address passes any pattern. */
export const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

const trimmed = (text: string): string => text.trim();

/** The checks made before sending, with what to tell the visitor. */
export const guestRules: { [Field in keyof GuestDetails]: RegisterOptions<GuestDetails, Field> } = {
  name: {
    validate: (text) => {
      if (trimmed(text) === '') return 'Enter your name.';
      if (trimmed(text).length > 120) return 'Use at most 120 characters.';
      return namePattern.test(trimmed(text)) || 'Use letters, digits and the punctuation of names only.';
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
        'Enter a phone number, or nothing.'
      );
    },
  },
  note: { maxLength: { value: 1000, message: 'Use at most 1000 characters.' } },
};

/** What is sent to book a held time. Empty optional fields are left out. */
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

/** The server's complaints about fields of the form, and whether it had others that belong to none of them. */
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
