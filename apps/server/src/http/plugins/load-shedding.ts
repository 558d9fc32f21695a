import type { FastifyRequest } from 'fastify';
import { kindOf } from '../../throttling/limit-names.ts';
import type { Shedding, WorkKind } from '../../throttling/shedding.ts';
import type { App } from '../app-type.ts';
import type { OperatorCheck } from '../operator.ts';

/** Seconds after which to try again: drawn, so that those who were turned away together do not come back together. */
const retryAfterSeconds = { least: 1, most: 5 };

/**
 * Turns work away while there is more than can be done, before the body is read: reports first, then reads and changes,
 * bookings and operators last. Health is always told. Register it before the routes.
 */
export function loadShedding(
  app: App,
  { shedding, operator }: { shedding: Shedding; operator: OperatorCheck },
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const kind = workOf(request, operator);
    if (kind === null) return done();
    let goOn: ReturnType<Shedding['begin']>;
    try {
      goOn = shedding.begin(kind);
    } catch (error) {
      const { least, most } = retryAfterSeconds;
      reply.header('retry-after', String(least + Math.floor(Math.random() * (most - least + 1))));
      throw error;
    }
    goOn(done);
  });
}

function workOf(request: FastifyRequest, operator: OperatorCheck): WorkKind | null {
  const kind = kindOf(request.method, request.routeOptions.url, request.url);
  if (kind === null) return null;
  if (kind === 'booking') return 'booking';
  if (kind === 'analytics') return 'report';
  if (request.headers.authorization !== undefined && operator.isOperator(request)) return 'booking';
  return request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write';
}
