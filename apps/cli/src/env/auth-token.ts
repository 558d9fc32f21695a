import { authTokenErrors } from '@bookedbarber/elasticache';
import { Failure } from '../shared/user-error.ts';

/** Throws Failure for a password that ElastiCache rejects as AUTH token. The error does not show it. */
export function checkAuthToken(token: string): void {
  const errors = authTokenErrors(token);
  if (errors.length === 0) return;
  throw new Failure('auth_token_refused', 'ElastiCache does not accept this password as AUTH token.', {
    details: errors.map(({ message }) => message),
    remediation: 'Choose another password, or generate one with --new-redis-password.',
  });
}

export function isElastiCache(host: string): boolean {
  return /\.cache\.amazonaws\.com(\.cn)?$/.test(host);
}
