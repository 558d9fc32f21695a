import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { alertRoutes } from './alert-routes.ts';
import { cacheRoutes } from './cache-routes.ts';
import { limitRoutes } from './limit-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { watchOutbox } from './outbox-watch.ts';
import { pauseRoutes } from './pause-routes.ts';
import type { RequestCounts } from './request-counts.ts';
import { statusRoutes } from './status-routes.ts';

/** The routes for whoever runs the installation. `requests` is what the whole server counts. */
export function operatorRoutes(requests: RequestCounts) {
  return (app: App, context: Context): void => {
    const outbox = watchOutbox(context);
    cacheRoutes(app, context);
    limitRoutes(app, context);
    alertRoutes(app, context, outbox);
    statusRoutes(app, context, outbox);
    messageRoutes(app, context, outbox);
    pauseRoutes(app, context, outbox);
    metricsRoutes(app, context, { requests, outbox });
  };
}
