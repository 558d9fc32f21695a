import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { iamToken } from './iam-token.ts';

const secretKey = 'an+example/of-a-secret';
const at = new Date('2026-11-26T10:20:30Z');
const options = {
  user: 'booking-api',
  cache: 'bookedbarber',
  region: 'eu-central-1',
  serverless: false,
  at,
  credentials: () =>
    Promise.resolve({
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: secretKey,
      sessionToken: 'a/session+token==',
    }),
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (l) => `%${l.charCodeAt(0).toString(16).toUpperCase()}`);

/** Computes the signature of a token from the SigV4 specification, independently of the library, as a server does. */
function signatureOf(
  token: string,
  key = secretKey,
): { given: string; expected: string; fields: URLSearchParams } {
  const url = new URL(`https://${token}`);
  const fields = url.searchParams;
  const given = fields.get('X-Amz-Signature') ?? '';
  const query = [...fields]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escapeUri(name)}=${escapeUri(value)}`)
    .sort()
    .join('&');
  const [, date = '', region = '', service = '', end = ''] = (fields.get('X-Amz-Credential') ?? '').split(
    '/',
  );
  const request = ['GET', '/', query, `host:${url.host}\n`, 'host', sha256('')].join('\n');
  const toSign = [
    'AWS4-HMAC-SHA256',
    fields.get('X-Amz-Date'),
    [date, region, service, end].join('/'),
    sha256(request),
  ].join('\n');
  const signing = [date, region, service, end].reduce<string | Buffer>(hmac, `AWS4${key}`);
  return { given, expected: hmac(signing, toSign).toString('hex'), fields };
}

describe('an IAM token', () => {
  test('has a valid SigV4 signature, as an independent implementation confirms', async () => {
    const { given, expected } = signatureOf(await iamToken(options));
    expect(given).toMatch(/^[0-9a-f]{64}$/);
    expect(given).toBe(expected);
    expect(signatureOf(await iamToken(options), 'another key').expected).not.toBe(given);
  });

  test('is a request without a protocol to connect as the user to the cache, valid for 15 minutes', async () => {
    const token = await iamToken(options);
    expect(token).toMatch(/^bookedbarber\/\?Action=connect&User=booking-api&/);
    const { fields } = signatureOf(token);
    expect(Object.fromEntries(fields)).toMatchObject({
      Action: 'connect',
      User: 'booking-api',
      'X-Amz-Expires': '900',
      'X-Amz-Date': '20261126T102030Z',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261126/eu-central-1/elasticache/aws4_request',
      'X-Amz-Security-Token': 'a/session+token==',
      'X-Amz-SignedHeaders': 'host',
    });
    expect(fields.has('ResourceType')).toBe(false);
    expect(token).not.toContain(secretKey);
  });

  test('names the resource type of a serverless cache and has a valid signature', async () => {
    const { given, expected, fields } = signatureOf(await iamToken({ ...options, serverless: true }));
    expect(fields.get('ResourceType')).toBe('ServerlessCache');
    expect(given).toBe(expected);
  });

  test('differs one second later', async () => {
    const later = new Date(at.getTime() + 1000);
    expect(await iamToken({ ...options, at: later })).not.toBe(await iamToken(options));
  });
});
