import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { isSignedByTwilio } from './twilio-signature.ts';

const authToken = '12345';
const url = 'https://shop.example/api/v1/sms/twilio';
const sign = (signed: string): string => createHmac('sha1', authToken).update(signed).digest('base64');
const isSigned = (fields: string[][], signed: string): boolean =>
  isSignedByTwilio(authToken, { url, fields: new URLSearchParams(fields), signature: sign(signed) });

test('the example that Twilio publishes is signed', () => {
  const fields = new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  });
  const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';
  const address = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  expect(isSignedByTwilio(authToken, { url: address, fields, signature })).toBe(true);
});

test('a field that comes several times stands with its name each time, and once for the same value', () => {
  expect(
    isSigned(
      [
        ['B', '2'],
        ['A', '2'],
        ['A', '1'],
        ['A', '1'],
      ],
      `${url}A1A2B2`,
    ),
  ).toBe(true);
});

test('names are sorted by their characters, capitals first, and fields without a value count', () => {
  expect(
    isSigned(
      [
        ['a', '1'],
        ['B', ''],
      ],
      `${url}Ba1`,
    ),
  ).toBe(true);
});

test('whether the port of the scheme is told in the address or not, it is the same address', () => {
  expect(isSigned([['A', '1']], 'https://shop.example:443/api/v1/sms/twilio' + 'A1')).toBe(true);
});

test.each([
  ['http://shop.example/api/v1/sms/twilio'],
  ['https://shop.example:8443/api/v1/sms/twilio'],
  ['https://other.example/api/v1/sms/twilio'],
])('a signature for %s is none for ours', (address) => {
  expect(isSigned([['A', '1']], `${address}A1`)).toBe(false);
});

test.each(['', 'x', '====', sign(url).slice(0, -4)])('%j is no signature', (signature) => {
  const fields = new URLSearchParams({ A: '1' });
  expect(isSignedByTwilio(authToken, { url, fields, signature })).toBe(false);
});
