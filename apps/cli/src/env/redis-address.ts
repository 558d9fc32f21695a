import { UsageError } from '../shared/user-error.ts';

/** TLS and port for an endpoint that does not specify them. */
export type EndpointDefaults = { tls: boolean; port: number };

/**
 * Builds REDIS_URL from a URL or from an endpoint as shown in the ElastiCache console (host or host:6379). Throws
 * UsageError for any other text and for a URL with credentials.
 */
export function redisUrlOf(text: string, { tls, port }: EndpointDefaults): string {
  const isEndpoint = /^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(text);
  const address = isEndpoint ? `${tls ? 'rediss' : 'redis'}://${text}` : text;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError('--redis is neither an endpoint nor a URL.', {
      remediation:
        'Use the endpoint from the console, such as host:6379, or a URL such as rediss://host:6379.',
    });
  }
  if (url.password !== '' || url.username !== '') {
    throw new UsageError(
      '--redis must not contain credentials: other users of this machine can read the command line.',
      {
        remediation: 'Pass the password in a file with --redis-password-file (- for standard input).',
      },
    );
  }
  const database = url.pathname.replace(/^\/0?$/, '');
  return `${url.protocol}//${url.hostname}:${url.port || port}${database}`;
}
