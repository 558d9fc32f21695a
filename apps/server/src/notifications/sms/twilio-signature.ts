import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a request to this address with these form fields was signed with the account's token
 * (https://www.twilio.com/docs/usage/security#validating-requests, read 2026-11-26): HMAC-SHA1 over the address as Twilio
 * knows it and the fields sorted by name, each name followed by its value. Of a name that comes several times each value
 * counts once, with the name before it. Twilio tells the scheme's own port in some addresses and in others not, as its own
 * library takes into account.
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
    .map((wanted) => given.length === wanted.length && timingSafeEqual(given, wanted))
    .includes(true);
}

function withPort(url: string): string {
  const { protocol, port, host } = new URL(url);
  return port !== '' ? url : url.replace(host, `${host}:${protocol === 'https:' ? 443 : 80}`);
}
