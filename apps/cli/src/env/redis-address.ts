import { UsageError } from '../shared/user-error.ts';

/** Whether the connection is encrypted and on which port, where an endpoint alone does not say it. */
export type EndpointDefaults = { tls: boolean; port: number };

/**
 * REDIS_URL from what a person has at hand: an address, or an endpoint as the ElastiCache console shows it
 * (host, host:6379). Throws UsageError for anything else, and for an address with a password in it.
 */
export function redisUrlOf(text: string, { tls, port }: EndpointDefaults): string {
  const isEndpoint = /^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(text);
  const address = isEndpoint ? `${tls ? 'rediss' : 'redis'}://${text}` : text;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError('--redis is no endpoint and no address.', {
      remediation: 'Write it as the console shows it, host:6379, or as rediss://host:6379.',
    });
  }
  if (url.password !== '' || url.username !== '') {
    throw new UsageError('--redis must not hold a password: other users of this machine can read it there.', {
      remediation: 'Name a file that holds it with --redis-password-file (- reads it from standard input).',
    });
  }
  const database = url.pathname.replace(/^\/0?$/, '');
  return `${url.protocol}//${url.hostname}:${url.port || port}${database}`;
}
