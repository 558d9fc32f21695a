import { authTokenLength, authTokenSpecials } from '../facts/limits.ts';
import type { PlanError } from './plan.ts';

/** Validates an AUTH token. The errors never contain the token or any of its characters. */
export function authTokenErrors(token: string): PlanError[] {
  const { least, most } = authTokenLength.value;
  const errors: PlanError[] = [];
  if (token.length < least || token.length > most)
    errors.push({
      code: 'auth_token_length',
      path: 'security.authToken',
      message: `The AUTH token has ${token.length} characters; ElastiCache requires ${least} to ${most}.`,
      remediation: 'Generate a new token: `openssl rand -hex 32` prints 64 allowed characters.',
    });
  if ([...token].some((character) => !isAllowed(character)))
    errors.push({
      code: 'auth_token_characters',
      path: 'security.authToken',
      message: `The AUTH token has characters that ElastiCache does not allow. Use letters, digits and ${[...authTokenSpecials.value].join(' ')} only.`,
      remediation: 'Generate a new token: `openssl rand -hex 32`.',
    });
  return errors;
}

function isAllowed(character: string): boolean {
  return /^[A-Za-z0-9]$/.test(character) || authTokenSpecials.value.includes(character);
}
