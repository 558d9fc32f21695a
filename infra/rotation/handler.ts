/**
 * The entry on AWS Lambda. It is handed to Lambda as one file; the SDK is there already.
 *
 * It takes from its environment the ARN of the secret (SECRET_ARN), the replication group (GROUP_ID) and the time for processes
 * to read a new password (GRACE_SECONDS). Nothing of it is secret.
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

/** Lambda ends a call after fifteen minutes; Secrets Manager calls a step that failed again. */
const changeTimeoutMs = 13 * 60_000;
const {
  SECRET_ARN: secretArn = '',
  GROUP_ID: id = '',
  GRACE_SECONDS: graceSeconds = '',
  // biome-ignore lint/style/noProcessEnv: this is the entry, and the only place of the function that reads it
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
