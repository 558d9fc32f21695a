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

/** Signs what a token says by the description of SigV4, with nothing of the library, as a server checks it. */
function signatureOf(
  token: string,
  key = secretKey,
): { given: string; right: string; fields: URLSearchParams } {
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
  return { given, right: hmac(signing, toSign).toString('hex'), fields };
}

describe('a token of IAM', () => {
  test('is signed as SigV4 says, by a check that shares nothing with the signer', async () => {
    const { given, right } = signatureOf(await iamToken(options));
    expect(given).toMatch(/^[0-9a-f]{64}$/);
    expect(given).toBe(right);
    expect(signatureOf(await iamToken(options), 'another key').right).not.toBe(given);
  });

  test('asks to connect as the user to the cache, for fifteen minutes, without a protocol', async () => {
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

  test('says of a serverless cache that it is one, and is signed as well', async () => {
    const { given, right, fields } = signatureOf(await iamToken({ ...options, serverless: true }));
    expect(fields.get('ResourceType')).toBe('ServerlessCache');
    expect(given).toBe(right);
  });

  test('is another one a second later', async () => {
    const later = new Date(at.getTime() + 1000);
    expect(await iamToken({ ...options, at: later })).not.toBe(await iamToken(options));
  });
});
