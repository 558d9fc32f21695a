import { randomBytes } from 'node:crypto';
import { newPassword } from '@bookedbarber/redis-login/rotation';
import { UsageError } from '../shared/user-error.ts';
import { isPublic } from './known-variables.ts';
import type { SettingsOfPlan } from './plan-settings.ts';
import { redisUrlOf } from './redis-address.ts';

export type EnvOptions = {
  redis?: string;
  redisUsername?: string;
  newRedisPassword?: boolean;
  cluster?: boolean;
  maxConnections?: string;
  publicUrl?: string;
  mailFrom?: string;
  set?: readonly string[];
  unset?: readonly string[];
  newOperatorToken?: boolean;
  newLinkSecret?: boolean;
};

/** Secrets from files or standard input, by variable. */
export type SecretInputs = ReadonlyMap<string, string>;

/** The values that the options request. `before` holds the current values: existing secrets are preserved. */
export function requestedValues(
  options: EnvOptions,
  given: SecretInputs,
  plan: SettingsOfPlan | undefined,
  before: ReadonlyMap<string, string>,
): Map<string, string | null> {
  const requested = new Map<string, string | null>([['NODE_ENV', 'production']]);
  for (const [name, value] of plan?.values ?? []) requested.set(name, value);
  if (options.redis !== undefined) {
    const url = redisUrlOf(options.redis, plan?.endpoint ?? { tls: true, port: 6379 });
    requested.set('REDIS_URL', url);
    // REDIS_SSL must agree with the scheme of the new URL.
    if (before.has('REDIS_SSL')) requested.set('REDIS_SSL', String(url.startsWith('rediss:')));
  }
  setIfGiven(requested, 'REDIS_USERNAME', options.redisUsername);
  setIfGiven(requested, 'REDIS_MAX_CONNECTIONS', options.maxConnections);
  setIfGiven(requested, 'PUBLIC_URL', options.publicUrl);
  setIfGiven(requested, 'MAIL_FROM', options.mailFrom);
  if (options.cluster !== undefined) requested.set('REDIS_CLUSTER', options.cluster ? 'true' : null);
  for (const [name, value] of given) requested.set(name, value);
  if (options.newRedisPassword === true) requested.set('REDIS_PASSWORD', newPassword());
  for (const [name, isRequested] of [
    ['OPERATOR_TOKEN', options.newOperatorToken],
    ['BOOKING_LINK_SECRET', options.newLinkSecret],
  ] as const) {
    if (isRequested === true || !before.get(name)) requested.set(name, randomBytes(32).toString('base64url'));
  }
  for (const [name, value] of (options.set ?? []).map(parseSet)) requested.set(name, value);
  for (const name of options.unset ?? []) requested.set(name, null);
  return requested;
}

function setIfGiven(requested: Map<string, string | null>, name: string, value: string | undefined): void {
  if (value !== undefined) requested.set(name, value);
}

function parseSet(text: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === '') {
    throw new UsageError('--set requires NAME=VALUE.', {
      remediation: 'Example: --set CACHE_TTL_BOOKINGS=120.',
    });
  }
  if (!isPublic(name)) {
    throw new UsageError(`${name} must not be set on the command line, where other users can read it.`, {
      remediation:
        'Pass a file that contains it with one of the -file options, or edit the settings file by hand.',
    });
  }
  return [name, value];
}
