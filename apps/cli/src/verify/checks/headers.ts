import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { Answer, Site } from '../site.ts';

type Wanted = { name: string; isRight(value: string): boolean };

/** What a browser is told to do and not to do; the server sends all of them with every answer. */
const wanted: readonly Wanted[] = [
  {
    name: 'content-security-policy',
    isRight: (value) => /frame-ancestors/.test(value) && !/unsafe-eval/.test(value),
  },
  {
    name: 'strict-transport-security',
    isRight: (value) => Number(/max-age=(\d+)/.exec(value)?.[1] ?? 0) >= 15_552_000,
  },
  { name: 'x-content-type-options', isRight: (value) => value.toLowerCase() === 'nosniff' },
  { name: 'x-frame-options', isRight: (value) => /^(deny|sameorigin)$/i.test(value) },
  { name: 'referrer-policy', isRight: (value) => /^(no-referrer|same-origin|strict-origin)/.test(value) },
  { name: 'permissions-policy', isRight: (value) => value !== '' },
  { name: 'cross-origin-opener-policy', isRight: (value) => value === 'same-origin' },
];

/** Whether the security headers arrive as they were sent. */
export async function checkHeaders(site: Site): Promise<CheckValue<true>> {
  const answer = await site.get('/');
  const wrong = wanted
    .filter(({ name, isRight }) => !isRight(headerOf(answer, name)))
    .map(({ name }) => name);
  const findings = wrong.length === 0 ? [] : [headersWrong(wrong)];
  return {
    detail: `${wanted.length - wrong.length} of ${wanted.length} security headers`,
    value: true,
    findings,
  };
}

function headerOf({ headers }: Answer, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(', ') : value) ?? '';
}

function headersWrong(names: readonly string[]): Finding {
  return {
    code: 'security_headers_missing',
    severity: 'error',
    message: `Missing or weaker than the server sends them: ${names.join(', ')}.`,
    cause: 'A proxy or a content delivery network in between takes headers out or sets its own.',
    remediation:
      'Let it pass the headers of the origin on (CloudFront: a response headers policy that does not override).',
  };
}
