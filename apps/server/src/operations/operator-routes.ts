import type { App } from '../http/app-type.ts';
import type { Context } from '../main/context.ts';
import { alertRoutes } from './alerts/alert-routes.ts';
import { cacheRoutes } from './cache/cache-routes.ts';
import { limitRoutes } from './limit-routes.ts';
import { messageRoutes } from './messages/message-routes.ts';
import { createOutboxCounts } from './messages/outbox-monitor.ts';
import { pauseRoutes } from './messages/pause-routes.ts';
import { metricsRoutes } from './metrics/metrics-routes.ts';
import type { RequestCounts } from './metrics/request-counts.ts';
import { statusRoutes } from './status-routes.ts';

/** The routes for operators. `requests`: the request counts of this process. */
export function operatorRoutes(requests: RequestCounts) {
  return (app: App, context: Context): void => {
    const outbox = createOutboxCounts(context);
    cacheRoutes(app, context);
    limitRoutes(app, context);
    alertRoutes(app, context, outbox);
    statusRoutes(app, context, outbox);
    messageRoutes(app, context, outbox);
    pauseRoutes(app, context, outbox);
    metricsRoutes(app, context, { requests, outbox });
  };
}
