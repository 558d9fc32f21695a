import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { isSignedByTwilio } from './twilio-signature.ts';

const authToken = '12345';
const url = 'https://shop.example/api/v1/sms/twilio';
const sign = (signed: string): string => createHmac('sha1', authToken).update(signed).digest('base64');
const isSigned = (fields: string[][], signed: string): boolean =>
  isSignedByTwilio(authToken, { url, fields: new URLSearchParams(fields), signature: sign(signed) });

test('accepts the example that Twilio publishes', () => {
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

test('signs a repeated field once per distinct value, each with its name', () => {
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

test('sorts names by code unit, capitals first, and includes empty fields', () => {
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

test('accepts the address with and without the default port', () => {
  expect(isSigned([['A', '1']], 'https://shop.example:443/api/v1/sms/twilio' + 'A1')).toBe(true);
});

test.each([
  ['http://shop.example/api/v1/sms/twilio'],
  ['https://shop.example:8443/api/v1/sms/twilio'],
  ['https://other.example/api/v1/sms/twilio'],
])('rejects a signature for another address: %s', (address) => {
  expect(isSigned([['A', '1']], `${address}A1`)).toBe(false);
});

test.each(['', 'x', '====', sign(url).slice(0, -4)])('rejects the signature %j', (signature) => {
  const fields = new URLSearchParams({ A: '1' });
  expect(isSignedByTwilio(authToken, { url, fields, signature })).toBe(false);
});
