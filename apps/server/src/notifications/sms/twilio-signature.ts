import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a request to this address with these form fields was signed with the account's token
 * (https://www.twilio.com/docs/usage/security#validating-requests, read 2026-11-26): HMAC-SHA1 over the webhook
 * address and the fields sorted by name, each name followed by its value. A repeated name contributes each distinct
 * value once. Twilio includes the default port in some addresses only, so both forms are accepted, as in Twilio's own
 * library.
 */
export function isSignedByTwilio(
  authToken: string,
  { url, fields, signature }: { url: string; fields: URLSearchParams; signature: string },
): boolean {
  const signed = [...new Set(fields.keys())]
    .sort()
    .flatMap((name) => [...new Set(fields.getAll(name))].sort().flatMap((value) => [name, value]))
    .join('');
  const given = Buffer.from(signature, 'base64');
  return [url, withPort(url)]
    .map((address) => createHmac('sha1', authToken).update(`${address}${signed}`).digest())
    .map((expected) => given.length === expected.length && timingSafeEqual(given, expected))
    .includes(true);
}

function withPort(url: string): string {
  const { protocol, port, host } = new URL(url);
  return port !== '' ? url : url.replace(host, `${host}:${protocol === 'https:' ? 443 : 80}`);
}
