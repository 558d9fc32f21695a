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

/** Secrets that came from files or standard input, by the variable that they are for. */
export type SecretInputs = ReadonlyMap<string, string>;

/** The values that the options ask for. `before` is what stands in the file: a secret that is there is kept. */
export function requestedValues(
  options: EnvOptions,
  given: SecretInputs,
  plan: SettingsOfPlan | undefined,
  before: ReadonlyMap<string, string>,
): Map<string, string | null> {
  const wanted = new Map<string, string | null>([['NODE_ENV', 'production']]);
  for (const [name, value] of plan?.values ?? []) wanted.set(name, value);
  if (options.redis !== undefined) {
    const url = redisUrlOf(options.redis, plan?.endpoint ?? { tls: true, port: 6379 });
    wanted.set('REDIS_URL', url);
    // It says again what the address says: one that stands there from before might contradict it now.
    if (before.has('REDIS_SSL')) wanted.set('REDIS_SSL', String(url.startsWith('rediss:')));
  }
  setIfGiven(wanted, 'REDIS_USERNAME', options.redisUsername);
  setIfGiven(wanted, 'REDIS_MAX_CONNECTIONS', options.maxConnections);
  setIfGiven(wanted, 'PUBLIC_URL', options.publicUrl);
  setIfGiven(wanted, 'MAIL_FROM', options.mailFrom);
  if (options.cluster !== undefined) wanted.set('REDIS_CLUSTER', options.cluster ? 'true' : null);
  for (const [name, value] of given) wanted.set(name, value);
  if (options.newRedisPassword === true) wanted.set('REDIS_PASSWORD', newPassword());
  for (const [name, isRequested] of [
    ['OPERATOR_TOKEN', options.newOperatorToken],
    ['BOOKING_LINK_SECRET', options.newLinkSecret],
  ] as const) {
    if (isRequested === true || !before.get(name)) wanted.set(name, randomBytes(32).toString('base64url'));
  }
  for (const [name, value] of (options.set ?? []).map(parseSet)) wanted.set(name, value);
  for (const name of options.unset ?? []) wanted.set(name, null);
  return wanted;
}

function setIfGiven(wanted: Map<string, string | null>, name: string, value: string | undefined): void {
  if (value !== undefined) wanted.set(name, value);
}

function parseSet(text: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === '') {
    throw new UsageError('--set wants NAME=VALUE.', { remediation: 'Such as --set CACHE_TTL_BOOKINGS=120.' });
  }
  if (!isPublic(name)) {
    throw new UsageError(`${name} does not belong on a command line, where others can read it.`, {
      remediation:
        'Name a file that holds it with one of the -file options, or write it into the file by hand.',
    });
  }
  return [name, value];
}
