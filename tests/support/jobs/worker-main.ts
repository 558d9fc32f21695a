/** A worker in a separate process, run from the sources with the tuning of the test. */
import pino from 'pino';
import { makeConfig } from '../../../apps/server/src/config/config.ts';
import { readEnv } from '../../../apps/server/src/config/read-env.ts';
import { createContext } from '../../../apps/server/src/main/context.ts';
import { startMessaging } from '../../../apps/server/src/main/messaging.ts';
import { runUntilStopped } from '../../../apps/server/src/main/signals.ts';

await runUntilStopped(async ({ onStop }) => {
  const logger = pino({ level: 'silent' });
  const context = createContext(makeConfig(readEnv()), { role: 'worker', logger });
  onStop('the connections', () => context.close());
  const messaging = startMessaging(context, logger, {
    applyInvalidation: null,
    queuePrefix: process.env['TEST_QUEUE_PREFIX'] ?? '',
    tuning: JSON.parse(process.env['TEST_TUNING'] ?? '{}'),
  });
  onStop('messaging', () => messaging.stop());
  process.send?.('running');
});
