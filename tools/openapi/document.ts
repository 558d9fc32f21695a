import pino from 'pino';
import { makeConfig } from '../../apps/server/src/config/config.ts';
import { buildApp } from '../../apps/server/src/http/app.ts';
import { createContext } from '../../apps/server/src/main/context.ts';

/** Returns the OpenAPI document as JSON. Requires no database and no Redis, because the server is not started. */
export async function makeDocument(): Promise<string> {
  const config = makeConfig({
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
    OPERATOR_TOKEN: 'operator-token-that-no-server-has',
    BOOKING_LINK_SECRET: 'booking-link-secret-that-no-server-has',
    PUBLIC_URL: 'https://bookings.test',
  });
  const logger = pino({ level: 'silent' });
  const context = createContext(config, { role: 'api', logger });
  const app = await buildApp(context, logger);
  try {
    await app.ready();
    return JSON.stringify(app.swagger(), null, 2);
  } finally {
    await app.close();
    await context.close();
  }
}
