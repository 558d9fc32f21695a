import { authTokenLength, authTokenSpecials } from '../facts/limits.ts';
import type { PlanError } from './plan.ts';

/** What is wrong with an AUTH token. The token is never repeated: not its text, nor its characters. */
export function authTokenErrors(token: string): PlanError[] {
  const { least, most } = authTokenLength.value;
  const errors: PlanError[] = [];
  if (token.length < least || token.length > most)
    errors.push({
      code: 'auth_token_length',
      path: 'security.authToken',
      message: `The AUTH token has ${token.length} characters; ElastiCache takes ${least} to ${most}.`,
      remediation: 'Make a new one: `openssl rand -hex 32` gives 64 characters that are all allowed.',
    });
  if ([...token].some((character) => !isAllowed(character)))
    errors.push({
      code: 'auth_token_characters',
      path: 'security.authToken',
      message: `The AUTH token has characters that ElastiCache refuses: besides letters and digits it takes only ${[...authTokenSpecials.value].join(' ')}.`,
      remediation: 'Make a new one: `openssl rand -hex 32`.',
    });
  return errors;
}

function isAllowed(character: string): boolean {
  return /^[A-Za-z0-9]$/.test(character) || authTokenSpecials.value.includes(character);
}
