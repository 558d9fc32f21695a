/** A worker as a process of its own, from the sources, with the times of the test. */
import pino from 'pino';
import { makeConfig } from '../../../apps/server/src/config/config.ts';
import { readEnv } from '../../../apps/server/src/config/read-env.ts';
import { createContext } from '../../../apps/server/src/main/context.ts';
import { startMessaging } from '../../../apps/server/src/main/messaging.ts';
import { runUntilStopped } from '../../../apps/server/src/main/process.ts';
import { ConfigError } from '../../../packages/redis-tier/src/settings/index.ts';

await runUntilStopped(async () => {
  const logger = pino({ level: 'silent' });
  const context = createContext(makeConfig(readEnv()), { role: 'worker', logger });
  const messaging = startMessaging(context, logger, {
    applyInvalidation: null,
    queuePrefix: process.env['TEST_QUEUE_PREFIX'] ?? '',
    tuning: JSON.parse(process.env['TEST_TUNING'] ?? '{}'),
  });
  process.send?.('running');
  return async () => {
    await messaging.stop();
    await context.close();
  };
}, ConfigError);
