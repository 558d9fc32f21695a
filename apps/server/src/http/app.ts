import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger } from 'fastify';
import { analyticsRoutes } from '../analytics/analytics-routes.ts';
import { availabilityRoutes } from '../booking/availability/availability-routes.ts';
import { bookingRoutes } from '../booking/booking-routes.ts';
import { holdRoutes } from '../booking/hold-routes.ts';
import { shopBookingRoutes } from '../booking/shop-booking-routes.ts';
import { serviceRoutes } from '../catalog/service-routes.ts';
import { shopRoutes } from '../catalog/shop-routes.ts';
import { clientRoutes } from '../clients/client-routes.ts';
import { importRoutes } from '../imports/import-routes.ts';
import type { Context } from '../main/context.ts';
import { mailboxRoutes } from '../notifications/mail/mailbox-routes.ts';
import { smsRoutes } from '../notifications/sms/sms-routes.ts';
import { countRequests } from '../operations/metrics/request-counts.ts';
import { operationsRoutes } from '../operations/operations-routes.ts';
import { operatorRoutes } from '../operations/operator-routes.ts';
import { queueBoard } from '../operations/queue/queue-board.ts';
import { barberRoutes } from '../staff/barber-routes.ts';
import { timeOffRoutes } from '../staff/time-off-routes.ts';
import { apiDocument } from './api-document/api-document.ts';
import type { App } from './app-type.ts';
import { loadShedding } from './plugins/load-shedding.ts';
import { methodNotAllowed } from './plugins/method-not-allowed.ts';
import { problemDetails, sendRoutingError } from './plugins/problem-details.ts';
import { rateLimits } from './plugins/rate-limits.ts';
import { RequestLog } from './plugins/request-log.ts';
import { requestValidation } from './plugins/request-validation.ts';
import { responseSerialization } from './plugins/response-serialization.ts';
import { securityHeaders } from './plugins/security-headers.ts';
import { webPages } from './plugins/web-pages.ts';

/** Largest request body, in bytes. The largest legitimate body is a batch of imported bookings. */
const bodyLimitBytes = 256 * 1024;

/** Builds the HTTP server, ready to listen. */
export async function buildApp(context: Context, logger: FastifyBaseLogger): Promise<App> {
  const app = Fastify({
    loggerInstance: logger,
    logController: new RequestLog(context.timing.slowRequestMs),
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    handlerTimeout: context.timing.handlerMs,
    // Ignore request ids from clients and generate one.
    requestIdHeader: false,
    routerOptions: { maxParamLength: 128 },
    forceCloseConnections: 'idle',
    frameworkErrors: sendRoutingError,
  }).withTypeProvider<TypeBoxTypeProvider>();

  // The API accepts JSON only, but Fastify also parses text/plain by default.
  app.removeContentTypeParser('text/plain');
  requestValidation(app);
  responseSerialization(app);
  problemDetails(app);
  securityHeaders(app);
  const { limiter, shedding, config } = context;
  if (shedding !== null) loadShedding(app, { ...context, shedding });
  if (limiter !== null) rateLimits(app, { ...context, ...config.rateLimits, limiter });
  const requests = countRequests(app);
  await apiDocument(app, context);
  await app.register(async (routes) => {
    const typed = routes.withTypeProvider<TypeBoxTypeProvider>();
    const registerMethodNotAllowed = methodNotAllowed(typed);
    for (const register of [
      operationsRoutes,
      operatorRoutes(requests),
      queueBoard,
      shopRoutes,
      serviceRoutes,
      barberRoutes,
      timeOffRoutes,
      availabilityRoutes,
      holdRoutes,
      bookingRoutes,
      shopBookingRoutes,
      clientRoutes,
      analyticsRoutes,
      importRoutes,
      mailboxRoutes,
      smsRoutes,
    ]) {
      register(typed, context);
    }
    registerMethodNotAllowed();
  });
  await webPages(app);
  return app;
}
