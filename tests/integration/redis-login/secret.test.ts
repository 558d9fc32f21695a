import { CredentialsError, openLoginSource } from '@bookedbarber/redis-login';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stubAwsEnvironment } from '../../support/aws/environment.ts';
import { type FakeServer, type Reply, startFakeHttpServer } from '../../support/aws/fake-http-server.ts';

type SecretRequest = { id: string; authorization: string };

let aws: FakeServer;
let requests: SecretRequest[];
/** The responses in order; the last one is repeated. */
let replies: Reply[];
beforeEach(async () => {
  requests = [];
  replies = [];
  aws = await startFakeHttpServer((request, body) => {
    const { SecretId: id } = JSON.parse(body) as { SecretId: string };
    requests.push({ id, authorization: String(request.headers.authorization) });
    return (replies.length > 1 ? replies.shift() : replies[0]) ?? { status: 500, body: '' };
  });
  stubAwsEnvironment({ AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url });
  vi.stubEnv('AWS_REGION', 'us-east-1');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

const type = 'application/x-amz-json-1.1';
const secret = (text: string | undefined): Reply => ({
  type,
  body: JSON.stringify({ Name: 'redis', SecretString: text }),
});
const refusal = (name: string): Reply => ({
  status: 400,
  type,
  body: JSON.stringify({ __type: name, message: 'hunter2 is not shown' }),
});
const reader = (id = 'redis', username: string | null = null) =>
  openLoginSource({ kind: 'secret', id, everyMs: 300_000 }, username);

test('every read returns the current password, with the user of the secret or else of the settings', async () => {
  replies = [secret('one'), secret('{"password":"two"}'), secret('{"username":"ben","password":"three"}')];
  const read = reader('redis', 'ann');
  expect([await read(), await read(), await read()]).toEqual([
    { username: 'ann', password: 'one' },
    { username: 'ann', password: 'two' },
    { username: 'ben', password: 'three' },
  ]);
  expect(requests.map(({ id }) => id)).toEqual(['redis', 'redis', 'redis']);
});

test('the region is that of the ARN, or else that of the process', async () => {
  replies = [secret('one')];
  await reader('arn:aws:secretsmanager:eu-central-1:123456789012:secret:redis-AbCdEf')();
  await reader('redis')();
  expect(requests.map(({ authorization }) => authorization)).toEqual([
    expect.stringContaining('/eu-central-1/secretsmanager/'),
    expect.stringContaining('/us-east-1/secretsmanager/'),
  ]);
});

test('a throttled read is retried', async () => {
  replies = [refusal('ThrottlingException'), refusal('ThrottlingException'), secret('one')];
  expect((await reader()()).password).toBe('one');
});

describe('an error is reported with its meaning', () => {
  test.each([
    ['ResourceNotFoundException', 'does not exist in this region and account'],
    ['AccessDeniedException', 'secretsmanager:GetSecretValue, and kms:Decrypt'],
    ['DecryptionFailure', 'kms:Decrypt on the key of the secret'],
    ['InvalidRequestException', 'scheduled for deletion'],
    ['AnotherException', 'check the network of this process and AWS_REGION'],
  ])('%s', async (name, meaning) => {
    replies = [refusal(name)];
    const error = await reader()().catch((found: unknown) => found);
    expect(error).toBeInstanceOf(CredentialsError);
    expect((error as Error).message).toMatch(
      new RegExp(`^The Redis secret cannot be read \\(${name}\\): .*${meaning}`),
    );
    expect((error as Error).message).not.toContain('hunter2');
  });

  test.each([
    ['no text', undefined],
    ['an empty text', ''],
    ['no password', '{"username":"ann"}'],
  ])('a secret with %s', async (_case, text) => {
    replies = [secret(text)];
    await expect(reader()()).rejects.toThrow(/^The Redis secret has no password\. It must contain only/);
  });
});
