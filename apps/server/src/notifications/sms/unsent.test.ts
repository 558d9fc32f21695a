import { expect, test } from 'vitest';
import { describeError, isUnsent } from './unsent.ts';

const withCode = (code: string, cause?: unknown): Error =>
  Object.assign(new Error(`failed with ${code}`, cause === undefined ? {} : { cause }), { code });
/** As fetch reports it. */
const fetchFailed = (cause: unknown): Error => new TypeError('fetch failed', { cause });

test.each([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('%s proves that a request was not sent, also as a cause', (code) => {
  expect(isUnsent(withCode(code))).toBe(true);
  expect(isUnsent(fetchFailed(withCode(code)))).toBe(true);
});

test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'])(
  '%s proves nothing: the server may have the request',
  (code) => {
    expect(isUnsent(withCode(code))).toBe(false);
    expect(isUnsent(fetchFailed(withCode(code)))).toBe(false);
  },
);

test('a request to several addresses was not sent only if none of them was reached', () => {
  const all = (...codes: string[]) =>
    fetchFailed(
      new AggregateError(
        codes.map((code) => withCode(code)),
        'all failed',
      ),
    );
  expect(isUnsent(all('ECONNREFUSED', 'ENETUNREACH'))).toBe(true);
  expect(isUnsent(all('ECONNREFUSED', 'ECONNRESET'))).toBe(false);
  expect(isUnsent(all())).toBe(false);
});

test('an error without a code, or no error, proves nothing', () => {
  expect(isUnsent(new Error('failed'))).toBe(false);
  expect(isUnsent('ECONNREFUSED')).toBe(false);
  const loop = new Error('loop');
  loop.cause = loop;
  expect(isUnsent(loop)).toBe(false);
});

test('the description has the message of the cause', () => {
  expect(describeError(fetchFailed(withCode('ECONNRESET')))).toBe('fetch failed: failed with ECONNRESET');
  expect(describeError(fetchFailed(new Error('')))).toBe('fetch failed');
  expect(describeError('a text')).toBe('a text');
});
