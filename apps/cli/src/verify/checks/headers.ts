import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { Site, SiteResponse } from '../site.ts';

type RequiredHeader = { name: string; isValid(value: string): boolean };

/** Security headers that the server sends with every response. */
const requiredHeaders: readonly RequiredHeader[] = [
  {
    name: 'content-security-policy',
    isValid: (value) => /frame-ancestors/.test(value) && !/unsafe-eval/.test(value),
  },
  {
    name: 'strict-transport-security',
    isValid: (value) => Number(/max-age=(\d+)/.exec(value)?.[1] ?? 0) >= 15_552_000,
  },
  { name: 'x-content-type-options', isValid: (value) => value.toLowerCase() === 'nosniff' },
  { name: 'x-frame-options', isValid: (value) => /^(deny|sameorigin)$/i.test(value) },
  { name: 'referrer-policy', isValid: (value) => /^(no-referrer|same-origin|strict-origin)/.test(value) },
  { name: 'permissions-policy', isValid: (value) => value !== '' },
  { name: 'cross-origin-opener-policy', isValid: (value) => value === 'same-origin' },
];

/** Checks that the security headers arrive unchanged. */
export async function checkHeaders(site: Site): Promise<CheckValue<true>> {
  const response = await site.get('/');
  const invalid = requiredHeaders
    .filter(({ name, isValid }) => !isValid(headerOf(response, name)))
    .map(({ name }) => name);
  const findings = invalid.length === 0 ? [] : [invalidHeaders(invalid)];
  return {
    detail: `${requiredHeaders.length - invalid.length} of ${requiredHeaders.length} security headers`,
    value: true,
    findings,
  };
}

function headerOf({ headers }: SiteResponse, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(', ') : value) ?? '';
}

function invalidHeaders(names: readonly string[]): Finding {
  return {
    code: 'security_headers_missing',
    severity: 'error',
    message: `Security headers are missing or too weak: ${names.join(', ')}.`,
    cause: 'A proxy or a content delivery network removes or overrides headers.',
    remediation:
      'Make it forward the headers of the origin (CloudFront: a response headers policy without origin override).',
  };
}
