import pino from 'pino';
import { expect, test } from 'vitest';
import { loggerOptions } from './logging.ts';

/** The log lines of an object. */
function logged(object: object): string {
  let text = '';
  pino(loggerOptions('info'), {
    write: (line: string) => {
      text += line;
    },
  }).info(object, 'a message');
  return text;
}

const secret = 'hunter2-hunter2';
const rejected = Object.assign(new Error('WRONGPASS invalid username-password pair'), {
  command: { name: 'auth', args: ['default', secret] },
});

test.each<[string, object]>([
  ['the headers of a request', { req: { headers: { authorization: `Bearer ${secret}` } } }],
  ['headers', { headers: { authorization: `Bearer ${secret}` } }],
  ['a connection string', { connectionString: `postgres://app:${secret}@db/bookedbarber` }],
  ['the configuration in an error', { err: Object.assign(new Error('failed'), { config: { secret } }) }],
  ['the arguments of a rejected login', { err: rejected }],
  [
    'the arguments of a login that a node of a cluster rejected',
    { err: Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: rejected }) },
  ],
  ['the arguments of rejected logins', { err: new AggregateError([rejected, rejected], 'all failed') }],
])('the log does not contain %s', (_what, object) => {
  const text = logged(object);
  expect(text).toContain('a message');
  expect(text).not.toContain(secret);
});

test('the log contains the message and the stack of an error, and the name of its command', () => {
  expect(JSON.parse(logged({ err: rejected }))).toMatchObject({
    err: {
      message: 'WRONGPASS invalid username-password pair',
      stack: expect.stringContaining('logging.test.ts'),
      command: { name: 'auth' },
    },
  });
});

test('a line has its time as ISO 8601', () => {
  const { time } = JSON.parse(logged({})) as { time: string };
  expect(new Date(time).toISOString()).toBe(time);
});
