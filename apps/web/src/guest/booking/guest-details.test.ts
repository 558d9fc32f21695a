import { Name, Phone } from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { ApiError } from '../../shared/api/problem.ts';
import {
  bookingInput,
  emailPattern,
  fieldErrors,
  type GuestDetails,
  guestRules,
  namePattern,
  noDetails,
  phonePattern,
} from './guest-details.ts';

/** The TypeBox types do not expose the pattern of a string schema. */
const patternOf = (schema: object): string => new RegExp(String(Reflect.get(schema, 'pattern')), 'u').source;

const check = (field: 'name' | 'email' | 'phone', text: string): unknown => {
  const validate = guestRules[field].validate as (text: string, all: GuestDetails) => unknown;
  return validate(text, noDetails);
};

const apiError = (code: string, errors?: { field: string; message: string }[]): ApiError =>
  new ApiError(422, { type: '', title: 'No', status: 422, code, ...(errors ? { errors } : {}) }, null);

test('uses the name and phone patterns of the contract', () => {
  expect(namePattern.source).toBe(patternOf(Name));
  expect(phonePattern.source).toBe(patternOf(Phone));
});

test('accepts names in any script and rejects markup', () => {
  for (const name of ['Zoë O’Neil', '山田太郎', 'Łukasz Żak-Nowak', '  Ada  '])
    expect(check('name', name)).toBe(true);
  for (const name of ['', '   ', '<b>Ada</b>', 'x'.repeat(121)]) expect(check('name', name)).not.toBe(true);
});

test('requires an email address, but no phone number', () => {
  expect(check('email', 'ada@example.com')).toBe(true);
  for (const email of ['', 'ada', 'ada@', 'ada@example', 'a b@example.com'])
    expect(check('email', email)).not.toBe(true);
  expect(emailPattern.test('ada@example.com.')).toBe(false);
  expect(check('phone', '')).toBe(true);
  expect(check('phone', '+1 (212) 555-0142')).toBe(true);
  expect(check('phone', 'call me')).not.toBe(true);
});

test('trims values and omits empty optional fields', () => {
  const details = { name: ' Ada ', email: ' ada@example.com ', phone: ' ', note: '' };
  expect(bookingInput(details, 'hold-1', null)).toEqual({
    hold_id: 'hold-1',
    client: { name: 'Ada', email: 'ada@example.com' },
  });
  expect(bookingInput({ ...details, phone: '555 0142', note: 'Hi' }, 'hold-1', 'Europe/Berlin')).toEqual({
    hold_id: 'hold-1',
    client: {
      name: 'Ada',
      email: 'ada@example.com',
      phone: '555 0142',
      preferences: { zone: 'Europe/Berlin' },
    },
    note: 'Hi',
  });
});

test('assigns validation errors of the server to their fields', () => {
  const errors = [
    { field: '/client/email', message: 'must match format "email"' },
    { field: '/note', message: 'is too long' },
  ];
  expect(fieldErrors(apiError('invalid_request', errors))).toEqual({
    fields: {
      email: 'Please check this: must match format "email".',
      note: 'Please check this: is too long.',
    },
    others: false,
  });
  expect(fieldErrors(apiError('phone_invalid'))).toEqual({
    fields: { phone: 'This phone number is not valid.' },
    others: false,
  });
});

test('reports errors without a field for the whole form', () => {
  expect(fieldErrors(apiError('invalid_request', [{ field: '/hold_id', message: 'is wrong' }]))).toEqual({
    fields: {},
    others: true,
  });
  expect(fieldErrors(apiError('service_unknown'))).toEqual({ fields: {}, others: true });
  expect(fieldErrors(new TypeError('broken'))).toEqual({ fields: {}, others: true });
});
