/**
 * The entry point of the rotation function on AWS Lambda. It is bundled into one file; the Lambda runtime includes
 * the SDK.
 *
 * Environment: the ARN of the secret (SECRET_ARN), the replication group (GROUP_ID), and the time for processes to
 * read a new password (GRACE_SECONDS). None of these values is secret.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ElastiCache } from '@aws-sdk/client-elasticache';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import {
  awsGroup,
  awsSecret,
  newPassword,
  rotationHandler,
} from '../../packages/redis-login/src/rotation/index.ts';

/** Below Lambda's maximum of 15 minutes. Secrets Manager retries a failed step. */
const changeTimeoutMs = 13 * 60_000;
const {
  SECRET_ARN: secretArn = '',
  GROUP_ID: id = '',
  GRACE_SECONDS: graceSeconds = '',
  // biome-ignore lint/style/noProcessEnv: the entry point is the only place of the function that reads it
} = process.env;
const nowMs = (): number => Date.now();

export const handler = rotationHandler({
  secretArn,
  graceMs: Number(graceSeconds) * 1000,
  ports: {
    secret: awsSecret(new SecretsManager({ maxAttempts: 5 }), secretArn),
    group: awsGroup({
      client: new ElastiCache({ maxAttempts: 5 }),
      id,
      pause: async (ms) => void (await delay(ms)),
      pollIntervalMs: 10_000,
      changeTimeoutMs,
      pingTimeoutMs: 5000,
      nowMs,
    }),
    newPassword,
    nowMs,
  },
  log: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
});
